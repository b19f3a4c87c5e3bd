using OrleansRelease.Core.Specs;

namespace OrleansRelease.Router.Routing;

/// <summary>
/// What must be seen of addresses that a slot did not know before: each is asked at <paramref name="Path"/> for its
/// version.
/// </summary>
internal sealed record FirstLook(
    string Path = VersionEndpoint.BuiltInPath, FirstLookNeeds Needs = FirstLookNeeds.EveryAddress);

internal enum FirstLookNeeds
{
    /// <summary>A version that is not wholly there gets no users.</summary>
    EveryAddress,

    /// <summary>For a way back, which is not to wait for the last dead instance.</summary>
    OneOfEachVersion,
}
