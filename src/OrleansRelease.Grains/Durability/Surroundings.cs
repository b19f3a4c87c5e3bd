using OrleansRelease.Grains.Effects;
using OrleansRelease.Grains.Measuring;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Durability;

/// <summary>What every durable grain works with.</summary>
internal sealed record Surroundings(
    IStoreClock Clock, IWakeIndex Wakes, IRows Rows, ISpecs Specs, EffectRunner Effects,
    ReleaseInstruments Instruments, IStoreFormat Format);
