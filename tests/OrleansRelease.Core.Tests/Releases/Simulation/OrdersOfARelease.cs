using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Releases;

namespace OrleansRelease.Core.Tests.Releases.Simulation;

/// <summary>
/// 12, for a release: what people have told it is not lost. After an abort it begins nothing and does not succeed, and
/// it begins nothing while a person has paused it. Kept from its log alone.
/// </summary>
internal sealed class OrdersOfARelease
{
    private bool _isAborted;
    private bool _isPaused;

    /// <summary>What is wrong with one more transition; null when nothing is.</summary>
    public string? Problem(Transition<PassageInput, PassageEvent> read)
    {
        _isAborted |= read.Input is PassageInput.Abort && read.Command is not null;
        _isPaused = read.Input switch
        {
            PassageInput.Pause => true,
            PassageInput.Resume => false,
            _ => _isPaused,
        };
        var begins = read.Effects.Any(effect => effect.Action is EffectAction.BeginRollout);
        var succeeds = read.Events.Any(happened =>
            happened is PassageEvent.Finished { As: PassagePhase.Succeeded or PassagePhase.Partial });
        return (_isAborted, _isPaused) switch
        {
            (true, _) when begins => $"#{read.Sequence} begins something after an abort",
            (true, _) when succeeds => $"#{read.Sequence} succeeds after an abort",
            (_, true) when begins => $"#{read.Sequence} begins something while a person has paused it",
            _ => null,
        };
    }
}
