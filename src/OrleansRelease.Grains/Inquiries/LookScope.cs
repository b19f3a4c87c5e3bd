using System.Collections.Immutable;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Grains.Inquiries;

/// <summary>What is to be looked at in an environment.</summary>
/// <param name="Calls">Which services each calls; one that is missing may call any.</param>
/// <param name="Services">All that run there.</param>
/// <param name="KnownWorse">Those that are known to be worse.</param>
/// <param name="UnderRollouts">Those that call what a rollout moves.</param>
internal sealed record LookScope(
    ImmutableDictionary<ServiceName, ServiceName[]> Calls, IReadOnlySet<ServiceName> Services,
    List<ServiceToLookAt> KnownWorse, List<ServiceToLookAt> UnderRollouts);

/// <summary>
/// A service where it runs, and the specification by which its stable version was deployed; null: none is stable.
/// </summary>
internal sealed record ServiceToLookAt(SlotKey Slot, string? SpecHash, bool IsKnownWorse);
