using OrleansRelease.Core.Durability;

namespace OrleansRelease.Grains.Durability;

internal abstract partial class DurableGrain<TState, TInput, TEvent>
{
    /// <summary>
    /// The row that an input is decided on although the stored one cannot be read, and that is written over it; null
    /// where nothing is better than that somebody mends it.
    /// </summary>
    protected virtual ValueTask<Row<TState>?> InsteadAsync(TInput input) => default;
}
