using System.Globalization;
using OrleansRelease.Contracts;

namespace OrleansRelease.Grains.Effects;

/// <summary>Whose effects these are: the kind is the grain's type, so any owner can be called by its name.</summary>
internal readonly record struct EffectOwner(string Kind, string Key)
{
    public IDurableGrain Grain(IGrainFactory grains) => grains.GetGrain<IDurableGrain>(GrainId.Create(Kind, Key));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Kind}/{Key}");
}
