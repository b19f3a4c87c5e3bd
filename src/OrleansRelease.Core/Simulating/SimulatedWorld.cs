using System.Collections.Immutable;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Leases;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Simulating;

/// <summary>
/// One run: virtual time, slots that are free, and rollouts that do what they are told. Lives within one call.
/// </summary>
internal sealed class SimulatedWorld
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch;

    // More than any release has: a run that comes to no end is a bug, and must not hang whoever asked for it.
    private const int MostEvents = 1_000_000;

    private readonly PassageSpec _spec;
    private readonly PassageDecider _decider;
    private readonly FailurePoint? _failure;
    private readonly Dictionary<RolloutId, SimulatedRollout> _rollouts = [];
    private readonly PriorityQueue<Action, (DateTimeOffset At, int Order)> _agenda = new();
    private readonly Dictionary<ServiceName, SimulatedRollout> _byService;
    private Row<PassageState> _row = Row<PassageState>.Empty;
    private (DateTimeOffset Began, ImmutableArray<ServiceName> Order, DateTimeOffset Deadline)? _back;
    private DateTimeOffset? _haltedAt;
    private DateTimeOffset? _allBackAt;
    private int _order;

    public SimulatedWorld(
        PassageSpec spec, IReadOnlyDictionary<ServiceName, SimulatedSlot> services, History history,
        FailurePoint? failure)
    {
        (_spec, _failure, _decider) = (spec, failure, new PassageDecider(spec));
        foreach (var service in spec.Services.Select(service => service.Service))
        {
            var id = new RolloutId(spec.SlotOf(service), 1);
            _rollouts[id] = new SimulatedRollout(this, id, services[service], history);
        }

        _byService = _rollouts.Values.ToDictionary(rollout => rollout.Id.Slot.Service);
    }

    public DateTimeOffset Now { get; private set; } = Start;

    public TimeSpan Elapsed => Now - Start;

    public SimulatedRelease Run()
    {
        var id = new PassageId(_spec.Release, _spec.Environment, 1);
        Take(new PassageInput.Begin(id, "", ActorName.From("simulation"), Rank.Of(id, Start, 0)));
        Take(new PassageInput.RequiredRead(
            [
                .. _spec.Requires.GroupBy(one => one.Requirement.Service, one => one.Requirement)
                    .Select(of => new StableOf(of.Key, of.Aggregate(Later).AtLeast)),
            ]));
        for (var events = 0; !_row.State!.IsTerminal && _agenda.TryDequeue(out var happens, out var next); events++)
        {
            if (events == MostEvents) throw new InvalidOperationException("a simulation comes to no end");
            Now = next.At;
            happens();
        }

        return Result();
    }

    public int? FailsAfter(ServiceName service) => _failure?.Service == service ? _failure.Step : null;

    public void After(TimeSpan time, Action happens) => _agenda.Enqueue(happens, (Now + time, _order++));

    public void Hear(SimulatedRollout rollout) => After(TimeSpan.Zero, () =>
        Take(new PassageInput.Heard([rollout.News])));

    private void Take(PassageInput input)
    {
        if (_decider.Step(_row, input, command: null, epoch: 1, Now) is not StepResult<PassageState>.Written written)
            return;
        _row = written.Row;
        Note(_row.State!);
        foreach (var attempt in written.Attempts)
        {
            After(TimeSpan.Zero, () => Take(new PassageInput.OutcomeReported(
                new(attempt.Effect.Ordinal, attempt.Attempt, new Outcome.Applied()))));
            Carry(attempt.Effect.Action);
        }
    }

    private void Note(PassageState state)
    {
        if (state.Stage is PassageStage.Halting) _haltedAt ??= Now;
        if (state.Stage is PassageStage.Stabilising stabilising) Measure(stabilising);
        if (state.Stage is PassageStage.GoingBack back && _back is null)
        {
            _haltedAt ??= Now;
            _back = (_haltedAt.Value, [.. back.Plan.Steps.Select(step => step.Service)], back.Deadline);
        }
    }

    // What is there again is as good as it was: every window passes.
    private void Measure(PassageStage.Stabilising stage)
    {
        if (_allBackAt is not null) return;
        _allBackAt = Now;
        var (to, expected) = (stage.Soak.Since + stage.For, _spec.Stabilise!.Expected);
        After(expected, () => Take(new PassageInput.CriteriaRead(to, Verdict.Pass, null, to + expected)));
    }

    private void Carry(EffectAction action)
    {
        switch (action)
        {
            case EffectAction.ClaimSlot claim:
                var rollout = _byService[claim.Slot.Service];
                After(TimeSpan.Zero, () => Take(new PassageInput.SlotGranted(
                    claim.Slot.Service, claim.Number, new Grant(rollout.Id, 1, rollout.Service.Baseline))));
                break;
            case EffectAction.BeginRollout begin:
                _rollouts[begin.Rollout].Begin();
                break;
            case EffectAction.HaltRollout halt:
                _rollouts[halt.Rollout].Halt();
                break;
            case EffectAction.TakeBackRollout back:
                _rollouts[back.Rollout].GoBack();
                break;
            default:
                break;
        }
    }

    private SimulatedRelease Result()
    {
        var all = _rollouts.Values.ToList();
        return new(
            _row.State!.Phase, Elapsed,
            [.. all.SelectMany(rollout => rollout.Timeline).OrderBy(step => step.At)
                .ThenBy(step => $"{step.Service}", StringComparer.Ordinal)],
            CriticalPath(), Peak(all),
            [.. _decider.Order.Forward.Select(service => _byService[service].Exposure())
                .Where(exposure => exposure.Exposed > TimeSpan.Zero)],
            _failure, WayBack(), CountedAsOne());
    }

    private ImmutableArray<ServiceName>? CountedAsOne()
    {
        ImmutableArray<ServiceName> all =
        [
            .. _decider.Order.Forward.Where(service =>
                _byService[service] is { DeployedFrom: not null, Service.Instances: null }),
        ];
        return all.IsEmpty ? null : all;
    }

    // What is required of one service more than once is met by what meets the most.
    private static Requirement Later(Requirement one, Requirement other) => one.IsMetBy(other.AtLeast) ? other : one;

    private SimulatedWayBack? WayBack() => _back is var (began, order, deadline)
        ? WayBack(order, began - Start, (_allBackAt ?? Now) - began, deadline - began)
        : Alone();

    // What has failed takes itself back, also where its release does not, and nothing else has to stop for that.
    private SimulatedWayBack? Alone()
    {
        var back = _rollouts.Values.SelectMany(rollout => rollout.Timeline).Where(step => step.IsBack).ToList();
        if (back.Count == 0) return null;
        var (began, services) = (back.Min(step => step.At), back.Select(step => step.Service).Distinct().ToList());
        var atMost = Rollouts.Bound.Failover + _spec.Services.Where(entry => services.Contains(entry.Service))
            .Max(entry => new RollbackStep(entry.Service, null).AtMost(
                entry, _byService[entry.Service].Service.Baseline is not null, Now));
        return WayBack([.. services], began, back.Max(step => step.Until) - began, atMost);
    }

    private SimulatedWayBack WayBack(
        ImmutableArray<ServiceName> order, TimeSpan began, TimeSpan took, TimeSpan atMost)
    {
        // As a plan counts: from the first bad request, wherever that is found out last.
        var detect = ReleaseBound.Of(
            _decider.Order, _byService.ToDictionary(one => one.Key, one => one.Value.Service.Spec))?.DetectTotal;
        return new(
            order, began, took, atMost,
            _spec.RollbackWithin is not { } within || (detect ?? TimeSpan.Zero) + atMost <= within, detect,
            Now - _allBackAt);
    }

    // From what ends last to what it began after, again and again: a need, or whoever made room.
    private ImmutableArray<ServiceName> CriticalPath()
    {
        var moved = _rollouts.Values.Where(rollout => rollout.BeganAt is not null).ToList();
        var path = new List<ServiceName>();
        var at = moved.OrderByDescending(rollout => rollout.ForwardUntil).FirstOrDefault();
        while (at is not null)
        {
            path.Add(at.Id.Slot.Service);
            var needs = _decider.Order.NeedsOf(at.Id.Slot.Service);
            var began = at.BeganAt;
            at = moved.Where(other => other.ForwardUntil == began && !path.Contains(other.Id.Slot.Service))
                .OrderByDescending(other => needs.Contains(other.Id.Slot.Service)).FirstOrDefault();
        }

        path.Reverse();
        return [.. path];
    }

    // A version that was started runs beside all that runs now until it is taken down, or until the end: also the first
    // one of a service.
    private static int Peak(IReadOnlyList<SimulatedRollout> all)
    {
        var changes = all.Where(rollout => rollout.DeployedFrom is not null)
            .SelectMany(rollout => new[]
            {
                (At: rollout.DeployedFrom!.Value, Change: rollout.Service.Instances ?? 1),
                (At: rollout.DeployedUntil ?? DateTimeOffset.MaxValue, Change: -(rollout.Service.Instances ?? 1)),
            })
            .OrderBy(change => change.At).ThenBy(change => change.Change);
        var (running, peak) = (0, 0);
        foreach (var (_, change) in changes)
        {
            running += change;
            peak = Math.Max(peak, running);
        }

        return peak;
    }
}
