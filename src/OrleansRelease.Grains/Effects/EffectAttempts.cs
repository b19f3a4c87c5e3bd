using System.Diagnostics;
using Microsoft.Extensions.Logging;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;
using OrleansRelease.Grains.Freezes;
using OrleansRelease.Grains.Measuring;
using OrleansRelease.Grains.Restoring;
using OrleansRelease.Ports;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Effects;

/// <summary>
/// Makes one attempt within its deadline and reports what became of it. Whatever an adapter does, throw, hang or lie
/// about being cancelled, it is an outcome.
/// </summary>
internal sealed partial class EffectAttempts(
    RunnerOptions options, SpecCache specs, OutsideEffects outside, InsideEffects inside, Bulkheads bulkheads,
    ReportPlaces reports, FreezeLook freezes, HandGate gate, IStoreClock clock, TimeProvider time, IGrainFactory grains,
    ReleaseInstruments instruments, ILogger<EffectAttempts> logger)
{
    private static readonly TimeSpan ReportPause = TimeSpan.FromMilliseconds(250);

    public async Task MakeAsync(
        EffectOwner owner, Dispatch dispatch, ActivityContext origin, CancellationToken stopping)
    {
        using var ids = logger.BeginScope(new RowIds(owner.Kind, owner.Key));
        using var attempt = MeasuredAttempt.Start(owner, dispatch, origin);
        var begun = time.GetTimestamp();
        var outcome = await RunAsync(dispatch, attempt, stopping);
        var effect = dispatch.Effect;
        instruments.OnEffect(
            Vocabulary.WordOf(effect.Action), attempt.Adapter, Vocabulary.WordOf(outcome), time.GetElapsedTime(begun));
        attempt.End(outcome);
        LogOutcome(owner, effect.Ordinal, dispatch.Attempt, effect.Action, outcome);
        using var place = await reports.EnterAsync(owner, effect.Direction == Direction.Back, stopping);
        await ReportAsync(owner, new(effect.Ordinal, dispatch.Attempt, outcome), stopping);
    }

    private async Task<Outcome> RunAsync(Dispatch dispatch, MeasuredAttempt attempt, CancellationToken stopping)
    {
        var effect = dispatch.Effect;
        // The claim's time counts, not the dispatch's: after it the row holds the attempt for lost and makes another.
        var until = dispatch.ClaimedAt + effect.Limits.Timeout;
        var left = until - clock.Now;
        if (left <= TimeSpan.Zero) return TooLate(effect);
        using var deadline = new CancellationTokenSource(left, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stopping);
        var begun = false;
        try
        {
            var spec = await SpecOfAsync(effect.Action, either.Token);
            var baseline = spec is null || effect.Action is not EffectAction.SetTraffic set
                ? spec
                : await specs.OfBaselineAsync(set.BaselineSpecHash, spec, either.Token);
            if (spec is null && effect.Action.IsOutside)
                return new Outcome.NotApplied("the specification is not in the store");
            if (spec is not null) attempt.Adapter = OutsideEffects.AdapterOf(spec, effect.Action);
            var connection = spec is null
                ? Connections.Of(effect.Action)
                : OutsideEffects.ConnectionOf(spec, effect.Action);
            if (spec is not null && effect.Direction == Direction.Forward
                && !await gate.IsSeenAsync(spec.Slot, either.Token))
            {
                return new Outcome.NotBegun(HandGate.Unseen(spec.Slot));
            }

            using var place = await bulkheads.Of(connection)
                .EnterAsync(IsWaitedFor(effect), either.Token);
            // The gates were open when it was claimed; how they are by now has to be decided again.
            if (effect.Direction == Direction.Forward && clock.Now - dispatch.ClaimedAt > Deadlines.ForwardMaxAge)
                return new Outcome.NotApplied("stale: it waited too long for its turn");
            // A way back goes on, and what is told to another part touches nothing outside.
            var veto = spec is not null && effect.Direction == Direction.Forward
                ? freezes.VetoFor(spec.Environment)
                : null;
            if (await veto.AskAsync(either.Token) is { } vetoed) return vetoed;
            begun = true;
            var call = spec is null
                ? inside.RunAsync(effect.Action, either.Token)
                : outside.RunAsync(spec, baseline!, effect, veto, until, either.Token);
            return await call.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            if (!begun) return TooLate(effect);
            return new Outcome.Unknown(deadline.IsCancellationRequested
                ? $"no outcome within {Duration.Format(effect.Limits.Timeout)}"
                : "this server was shut down meanwhile");
        }
        catch (Exception e) when (!begun)
        {
            return new Outcome.NotApplied($"could not begin: {e.Message}");
        }
        catch (Exception e)
        {
            return new Outcome.Unknown($"{e.GetType().Name}: {e.Message}");
        }
    }

    // A way back that sheds load waits for no outcome of that: it leaves those a share that do.
    internal static bool IsWaitedFor(Effect effect) => effect.Direction == Direction.Back
        && effect.Action is not EffectAction.SetTraffic { IsBeside: true };

    private async ValueTask<RolloutSpec?> SpecOfAsync(EffectAction action, CancellationToken cancellation)
    {
        var hash = action switch
        {
            EffectAction.Deploy deploy => deploy.SpecHash,
            EffectAction.Retire retire => retire.SpecHash,
            EffectAction.SetTraffic set => set.SpecHash,
            EffectAction.RunHook run => run.SpecHash,
            EffectAction.UndoHook undo => undo.SpecHash,
            EffectAction.LiftShedding lift => lift.SpecHash,
            EffectAction.CloseSlot close => close.SpecHash,
            _ => null,
        };
        return hash is null ? null : await specs.GetAsync(hash, cancellation);
    }

    private async Task ReportAsync(EffectOwner owner, OutcomeReport report, CancellationToken stopping)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await owner.Grain(grains).ReportOutcomeAsync(report, stopping);
                return;
            }
            catch (Exception e) when (attempt < options.ReportAttempts && !stopping.IsCancellationRequested)
            {
                LogReportFailed(owner, report.Ordinal, e);
                await Task.Delay(ReportPause * attempt, time, stopping);
            }
        }
    }

    private static Outcome.NotApplied TooLate(Effect effect) =>
        new($"stale: it had not begun within {Duration.Format(effect.Limits.Timeout)}");
}
