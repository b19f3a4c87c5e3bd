using System.Collections.Immutable;
using OrleansRelease.Core.Effects;

namespace OrleansRelease.Router.Slots;

/// <summary>
/// The whole of what a slot is set to, checked and in one order, so that the same content is the same text. Weights
/// are basis points.
/// </summary>
internal sealed record SlotConfiguration(
    Fence Fence,
    ImmutableSortedDictionary<string, int> Weights,
    ImmutableSortedDictionary<string, ImmutableArray<Uri>> Addresses);
