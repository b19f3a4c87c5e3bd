using System.Diagnostics;
using OrleansRelease.Contracts;
using OrleansRelease.Contracts.Environments;
using OrleansRelease.Contracts.Inquiries;
using OrleansRelease.Contracts.Releases;
using OrleansRelease.Contracts.Rollouts;
using OrleansRelease.Contracts.Slots;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Grains.Freezes;
using OrleansRelease.Grains.Releases;

namespace OrleansRelease.Grains.Effects;

/// <summary>Tells another part of the system what it has to know; telling twice changes nothing there.</summary>
internal sealed class InsideEffects(
    IGrainFactory grains, Announcement announcement, PassageStart passages, PassageClaim claims)
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
                // Servers of the build before know of rollouts only.
                await (RolloutId.Parse($"{ask.By}") is { } one
                    ? Rollout(ask.Rollout).YieldAsync(one, cancellation)
                    : Rollout(ask.Rollout).MakeWayAsync(ask.By, cancellation));
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
                return await RunOfReleaseAsync(action, cancellation);
        }
    }

    // What a passage tells slots and rollouts, and what slots tell it.
    private async Task<Outcome> RunOfReleaseAsync(EffectAction action, CancellationToken cancellation) =>
        action switch
        {
            EffectAction.ClaimSlot claim => Waiting(await claims.TellAsync(claim, cancellation)),
            EffectAction.ReturnSlot gone => Waiting(await Slot(gone.Slot).ReturnAsync(gone, cancellation)),
            EffectAction.HaltRollout halt => Refusing(await Rollout(halt.Rollout).HaltAsync(halt, cancellation)),
            EffectAction.TakeBackRollout back => Refusing(
                await Rollout(back.Rollout).TakeBackAsync(back, cancellation)),
            EffectAction.ReverseRollout back => Refusing(
                await Rollout(back.Rollout).ReverseAsync(back, cancellation)),
            EffectAction.LeaveRollout leave => Refusing(await Rollout(leave.Rollout).LeaveAsync(leave, cancellation)),
            EffectAction.CompleteRollout completed => Refusing(
                await Rollout(completed.Rollout).CompleteAsync(completed, cancellation)),
            EffectAction.GrantSlot granted => Refusing(
                await Passage(granted.Passage).GrantAsync(granted, cancellation)),
            EffectAction.WoundHolder wanted => Refusing(
                await Passage(wanted.Passage).WoundAsync(wanted, cancellation)),
            EffectAction.RefuseClaim refused => Refusing(
                await Passage(refused.Passage).RefuseAsync(refused, cancellation)),
            EffectAction.SupersedePassage superseded => Refusing(
                await Passage(superseded.Passage).SupersedeAsync(superseded, cancellation)),
            EffectAction.ReportPassage report => await ReportedAsync(report, cancellation),
            EffectAction.ReportReplaced gone => await ReplacedAsync(gone, cancellation),
            EffectAction.BeginPassage begin => await passages.RunAsync(begin, cancellation),
            EffectAction.TellFinding told => await ToldAsync(told, cancellation),
            _ => throw new UnreachableException(),
        };

    private async Task<Outcome> ReportedAsync(EffectAction.ReportPassage report, CancellationToken cancellation)
    {
        await grains.GetGrain<IReleaseGrain>($"{report.Passage.Release}").PassageEndedAsync(report, cancellation);
        return new Outcome.Applied();
    }

    // A rollout of no release has none that would have to hear of it.
    private async Task<Outcome> ReplacedAsync(EffectAction.ReportReplaced gone, CancellationToken cancellation)
    {
        await grains.GetGrain<IReleaseGrain>($"{gone.Passage.Release}")
            .SoakReplacedAsync(new(gone.Passage, gone.Reason), cancellation);
        return new Outcome.Applied();
    }

    private async Task<Outcome> ToldAsync(EffectAction.TellFinding told, CancellationToken cancellation)
    {
        var inquiry = await grains.GetGrain<IInquiryGrain>($"{told.Degraded}").GetAsync(cancellation);
        if (inquiry is not Answer<InquiryView>.Accepted { Value.State: var state })
            return new Outcome.NotApplied(inquiry.RefusalOrNull!.Reason);
        // Another activation has not read yet what was found.
        if (state.Last.At < told.At) return new Outcome.NotApplied("the finding is not on record here yet");
        // What is not said of it any more need not be said to it.
        return state.FindingFor(told.Rollout) is { } finding
            ? Refusing(await Rollout(told.Rollout).AttributeAsync(finding, cancellation))
            : new Outcome.Applied();
    }

    private ISlotGrain Slot(SlotKey key) => grains.GetGrain<ISlotGrain>($"{key}");

    private IRolloutGrain Rollout(RolloutId id) => grains.GetGrain<IRolloutGrain>($"{id}");

    private IPassageGrain Passage(PassageId id) => grains.GetGrain<IPassageGrain>($"{id}");

    // A row that cannot be read may be read by the next attempt, and what was restored is looked at; any other "no"
    // will be said again.
    private static Outcome Refusing(Refusal? refusal) => refusal switch
    {
        null => new Outcome.Applied(),
        { Code: RefusalCodes.Poisoned or RefusalCodes.Restored } notYet => new Outcome.NotApplied(notYet.Reason),
        { } final => new Outcome.Refused(final.Reason),
    };

    // Whoever is not rung reads all the same, and asks again when it has.
    private static Outcome Registering(Refusal? refusal) => refusal is { Code: RefusalCodes.TooManyWaiters } full
        ? new Outcome.Refused(full.Reason)
        : Waiting(refusal);

    private static Outcome Waiting(Refusal? refusal) =>
        refusal is null ? new Outcome.Applied() : new Outcome.NotApplied(refusal.Reason);
}
