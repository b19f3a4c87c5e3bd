using System.Collections.Immutable;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Core.Promotion;

/// <summary>
/// Through which environments a release goes, and what has to have been before each: as the manifests said when
/// somebody started it.
/// </summary>
public sealed record ReleaseRoute(ReleaseName Release, ImmutableArray<RouteEnvironment> Environments)
{
    /// <summary>How many there may be: what is known of each is kept in one row.</summary>
    public const int Most = 100;
}

/// <param name="Environment">Where.</param>
/// <param name="After">All of these have to be; none: a person starts it here.</param>
public sealed record RouteEnvironment(EnvironmentName Environment, ImmutableArray<ComesAfter> After);

/// <summary>
/// The release has completed in this environment, and for so long since then usable measurements have found nothing
/// wrong with it there.
/// </summary>
public sealed record ComesAfter(EnvironmentName Environment, TimeSpan Soak);
