using System.Collections.Immutable;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Trails;

/// <summary>What a metric that failed leaves for people to look at.</summary>
/// <param name="At">When it was decided that it failed.</param>
/// <param name="Metric">Its full name.</param>
/// <param name="Version">Which it failed for.</param>
/// <param name="Window">The newest one that failed.</param>
/// <param name="Logs">The address of what the version wrote into its logs then.</param>
/// <param name="Asked">How often a trace source has answered, or failed to.</param>
/// <param name="Traces">What came of that last; null: nothing yet, or nobody is asked.</param>
public sealed record Trail(
    DateTimeOffset At, string Metric, VersionName Version, Window Window, string? Logs = null, int Asked = 0,
    TracesFact? Traces = null);

/// <summary>The traces that a source has found, none of them or some; or why it could not say.</summary>
/// <param name="At">From before it was asked.</param>
/// <param name="Ids">At most <see cref="TraceIds.Most"/>.</param>
/// <param name="Problem">Why it could not say; then there are none.</param>
public sealed record TracesFact(DateTimeOffset At, ImmutableArray<string> Ids, string? Problem = null)
{
    /// <summary>Of what a source may say whatever it likes: bounded, and of ids alone.</summary>
    public static TracesFact Of(DateTimeOffset at, ImmutableArray<string> said, string? problem = null)
    {
        if (problem is not null) return new(at, [], OneLine.Of(problem));
        var ids = TraceIds.Of(said);
        return ids.IsEmpty && !said.IsEmpty
            ? new(at, [], "traces were found, and none with an id in hex")
            : new(at, ids);
    }
}
