using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Tests.Releases.Simulation;

/// <summary>What is said of each release when all is over.</summary>
internal sealed partial class Shop
{
    // A failure just before delays what comes just after.
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(30);

    private void Judge(ShopPassage passage)
    {
        passage.Replay();
        // What was done is another story than what is on record since.
        if (Epoch > 1) return;
        var order = new PassageDecider(passage.Spec).Order;
        if (_isWhole) JudgeBound(passage, order);
        var needs = passage.Spec.Services.ToDictionary(
            service => service.Service,
            service => (IReadOnlySet<ServiceName>)order.Forward
                .Where(on => order.AllAfter(on).Contains(service.Service)).ToHashSet());
        var left = passage.State!.Parts.Where(part => part.Stage is PartStage.Left).Select(part => part.Service)
            .ToHashSet();
        var log = AsIfBegun(passage, order).Concat(_done.Where(done => done.Passage == passage.Id)).ToList();
        var wentBack = passage.State.Phase is PassagePhase.RolledBack or PassagePhase.Cancelled
            or PassagePhase.Superseded;
        foreach (var (invariant, problem) in Checker.Problems(log, needs, wentBack, left))
            Blame(invariant, $"{passage.Id}: {problem}");
        if (passage.State.Phase == PassagePhase.Succeeded
            && passage.Spec.Services.Any(service => !log.Any(done =>
                done.Service == service.Service && done.Deed == Deed.Verified)))
        {
            Blame(5, $"{passage.Id} has succeeded without having verified everything");
        }
    }

    // What got stuck and a person leaves as it is stays so.
    private bool IsLeft(RolloutState rollout) => rollout is { Stage: Stage.Stuck, Passage: { } passage }
        && Find(passage).State?.PartOf(rollout.Id)?.Stage is PartStage.Left;

    /// <summary>
    /// 13, for a release: from the first bad request in any of its services to the last request off all of its new
    /// versions never takes longer than is announced for it; or a person was told within that. More than one failure of
    /// its own parts is more than is announced for, and so is somebody who moves or leaves a service as he likes.
    /// </summary>
    private void JudgeBound(ShopPassage passage, ReleaseOrder order)
    {
        if (passage.Spec is not { OnFailure: OnFailure.RollbackRelease, Reverses: null }) return;
        var parts = RolloutsOf(passage.Id).OfType<WholeRollout>().ToList();
        var isOthers = parts.Any(part => part.Judged.WasTakenOver)
            || passage.State!.Parts.Any(part => part.Stage is PartStage.Left);
        if (isOthers || parts.Min(part => part.Judged.FirstBad(Now)) is not { } firstBad) return;
        Tally.Add(Met.Announced);
        var exposed = parts.Where(part => part.Judged.WasExposed).ToList();
        var off = exposed.Exists(part => part.Judged.OffSince is null)
            ? null
            : exposed.Max(part => part.Judged.OffSince);
        var over = parts.Select(part => part.Judged.ToldAt).Append(passage.ToldAt).Append(off).Min() ?? Now;
        var announced = ReleaseBound.Of(
            order,
            passage.Spec.Services.ToDictionary(
                one => one.Service, one => SpecOf(new SlotKey(one.Service, passage.Spec.Environment))))!.Total;
        if (over <= firstBad + announced) return;
        var failures = passage.Disturbances.Concat(parts.SelectMany(part => part.Disturbances))
            .Count(one => one.Until >= firstBad - Slack && one.At <= over);
        if (failures > 1) return;
        Blame(13, $"{passage.Id} is bad since {firstBad:HH:mm:ss.fff} and off at {off:HH:mm:ss.fff}, "
            + $"announced {announced}");
    }
}
