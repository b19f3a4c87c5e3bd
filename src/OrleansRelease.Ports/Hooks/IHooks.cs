using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Ports.Hooks;

/// <summary>
/// Has a team's endpoint do what is a step of a strategy, or take it back. What it did nobody can see, so its word
/// counts, and what has no answer is <see cref="Outcome.Unknown"/>.
/// </summary>
public interface IHooks
{
    Task<Outcome> CallAsync(HookCall call, CancellationToken cancellation);
}

/// <summary>
/// One attempt at a hook of a rollout, or at undoing it. <see cref="SpecHash"/> tells it from the same hook of another
/// rollout.
/// </summary>
public sealed record HookCall(RolloutSpec Spec, HookSpec Hook, bool IsUndo, string SpecHash, Fence Fence)
{
    /// <summary>How long the attempt may still take; null: as long as its limits say.</summary>
    public TimeSpan? Left { get; init; }

    /// <summary>To be asked directly before anything is sent.</summary>
    public Veto? Veto { get; init; }
}
