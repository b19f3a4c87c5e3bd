using System.Diagnostics;
using OrleansRelease.Contracts.Environments;
using OrleansRelease.Contracts.Rollouts;
using OrleansRelease.Contracts.Slots;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Effects;
using OrleansRelease.Grains.Freezes;

namespace OrleansRelease.Grains.Effects;

/// <summary>Tells another part of the system what it has to know; telling twice changes nothing there.</summary>
internal sealed class InsideEffects(IGrainFactory grains, Announcement announcement)
{
    public async Task<Outcome> RunAsync(EffectAction action, CancellationToken cancellation)
    {
        switch (action)
        {
            case EffectAction.BeginRollout begin:
                var rollout = grains.GetGrain<IRolloutGrain>($"{begin.Rollout}");
                return Refusing(await rollout.BeginAsync(begin, cancellation));
            case EffectAction.RequestPermit request:
                var environment = grains.GetGrain<IEnvironmentGrain>($"{request.Rollout.Slot.Environment}");
                return Waiting(
                    await environment.RequestPermitAsync(request.Rollout, request.MaxParallel, cancellation));
            case EffectAction.GrantPermit grant:
                return Refusing(
                    await grains.GetGrain<IRolloutGrain>($"{grant.Rollout}").GrantPermitAsync(cancellation));
            case EffectAction.ReturnPermit back:
                await grains.GetGrain<IEnvironmentGrain>($"{back.Rollout.Slot.Environment}")
                    .ReturnPermitAsync(back.Rollout, cancellation);
                return new Outcome.Applied();
            case EffectAction.ReportEnd end:
                await grains.GetGrain<ISlotGrain>($"{end.Rollout.Slot}")
                    .EndAsync(end.Rollout, end.Succeeded, end.KeepPrevious, cancellation);
                return new Outcome.Applied();
            case EffectAction.AskToYield ask:
                await grains.GetGrain<IRolloutGrain>($"{ask.Rollout}").YieldAsync(ask.By, cancellation);
                return new Outcome.Applied();
            case EffectAction.AnnounceFreeze freeze:
                return await announcement.MakeAsync(freeze.Environment, cancellation);
            case EffectAction.RegisterWaiter waiter:
                return Registering(
                    await grains.GetGrain<ISlotGrain>($"{waiter.At}").RegisterWaiterAsync(waiter, cancellation));
            case EffectAction.WithdrawWaiter waiter:
                await grains.GetGrain<ISlotGrain>($"{waiter.At}").WithdrawWaiterAsync(waiter, cancellation);
                return new Outcome.Applied();
            default:
                throw new UnreachableException();
        }
    }

    // A row that cannot be read may be read by the next attempt; any other "no" will be said again.
    private static Outcome Refusing(Refusal? refusal) => refusal switch
    {
        null => new Outcome.Applied(),
        { Code: RefusalCodes.Poisoned } poisoned => new Outcome.NotApplied(poisoned.Reason),
        { } final => new Outcome.Refused(final.Reason),
    };

    // Whoever is not rung reads all the same, and asks again when it has.
    private static Outcome Registering(Refusal? refusal) => refusal is { Code: RefusalCodes.TooManyWaiters } full
        ? new Outcome.Refused(full.Reason)
        : Waiting(refusal);

    private static Outcome Waiting(Refusal? refusal) =>
        refusal is null ? new Outcome.Applied() : new Outcome.NotApplied(refusal.Reason);
}
