using System.Collections.Immutable;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Router.Routing;

/// <summary>
/// What must be seen of addresses that a slot did not know before: each is asked for its version, at the path of its
/// version in <paramref name="Paths"/>, <see cref="VersionEndpoint.BuiltInPath"/> where none is named.
/// <paramref name="Path"/> is what servers said that knew one path for all: a router is replaced before they are.
/// </summary>
internal sealed record FirstLook(
    ImmutableDictionary<string, string>? Paths = null, FirstLookNeeds Needs = FirstLookNeeds.EveryAddress,
    string? Path = null)
{
    public string PathOf(string version) =>
        Paths?.GetValueOrDefault(version) ?? Path ?? VersionEndpoint.BuiltInPath;
}

internal enum FirstLookNeeds
{
    /// <summary>A version that is not wholly there gets no users.</summary>
    EveryAddress,

    /// <summary>For a way back, which is not to wait for the last dead instance.</summary>
    OneOfEachVersion,
}
