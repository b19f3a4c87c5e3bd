using System.Collections.Immutable;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Manifests;

namespace OrleansRelease.Router.Slots;

/// <summary>
/// The whole of what a slot is set to, checked and in one order, so that the same content is the same text. Weights
/// are basis points.
/// </summary>
internal sealed record SlotConfiguration(
    Fence Fence,
    ImmutableSortedDictionary<string, int> Weights,
    ImmutableSortedDictionary<string, ImmutableArray<Uri>> Addresses)
{
    /// <summary>No version was ever named here: nothing answers.</summary>
    public static readonly SlotConfiguration Nothing = new(
        default, ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal),
        ImmutableSortedDictionary.Create<string, ImmutableArray<Uri>>(StringComparer.Ordinal));

    /// <summary>A version that is silent for this long has not answered: the request ends, and was bad.</summary>
    public TimeSpan RequestTimeout { get; init; } = BuiltIn.RequestTimeout;

    /// <summary>Which requests are refused while there is not room for all; null: none is.</summary>
    public Shedding? Shedding { get; init; }
}
