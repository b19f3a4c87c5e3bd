using System.Collections.Immutable;
using System.Diagnostics;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Restoring;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;
using static OrleansRelease.Core.Rollouts.RolloutEvent;

namespace OrleansRelease.Core.Rollouts;

/// <summary>How each event changes the state.</summary>
internal static class Evolution
{
    public static RolloutState Evolve(RolloutSpec spec, RolloutState? state, RolloutEvent happened, DateTimeOffset at)
    {
        if (state is null)
        {
            return happened switch
            {
                Began began => Start(spec, began, at),
                NeverBegan never => Stop(never, at),
                _ => throw new InvalidOperationException($"{happened.GetType().Name} before a rollout began"),
            };
        }

        var next = Apply(spec, state, happened, at);
        return next.Phase == state.Phase ? next : next with { PhaseSince = at };
    }

    private static RolloutState Start(RolloutSpec spec, Began began, DateTimeOffset at) => new(
        began.Id, began.Generation, began.Baseline, began.Version, began.SpecHash, began.StartedBy, at,
        new Stage.Pending(), at, at, Exposure.None, ImmutableSortedDictionary<string, Tally>.Empty, null, [],
        began.BaselineSpecHash, IsKept: began.IsKept,
        TakenOverAt: Quiet.IsTakeover(spec, epoch: 1, began.Generation) ? at : null, Passage: began.Passage);

    private static RolloutState Stop(NeverBegan never, DateTimeOffset at) => new(
        never.Id, 0, null, never.Version, never.SpecHash, never.StartedBy, at,
        new Stage.Ended(Phase.Cancelled, never.Cause ?? new Cause.ReleaseHalted(never.Passage!.Value)), at, at,
        Exposure.None,
        ImmutableSortedDictionary<string, Tally>.Empty, null, [], Passage: never.Passage);

    private static RolloutState Apply(RolloutSpec spec, RolloutState state, RolloutEvent happened, DateTimeOffset at) =>
        happened switch
        {
            Began or NeverBegan => throw new InvalidOperationException("a rollout begins once"),
            StepEntered entered => Enter(spec, state, entered, at),
            Acted acted => WithWork(state, new Work.Acting(acted.Ordinal, at, acted.GiveUpAt)),
            ActionLapsed => Lapse(state, at),
            ActionWithheld withheld => Freezing.Withhold(state, withheld.IsUntouched, at),
            TrafficChanging => state.Exposure.FirstAt is null
                ? StartJudging(spec, state, at)
                : state with { Exposure = state.Exposure with { Changing = true } },
            TrafficConfirmed confirmed => state with
            {
                Exposure = state.Exposure with { Confirmed = confirmed.Weight, ConfirmedAt = at, Changing = false },
            },
            WindowsJudged judged => state with { Tallies = judged.Windows.Aggregate(state.Tallies, Add) },
            HealthSeen seen => state with { Health = seen.Fact },
            FreezeSeen seen => Freezing.See(state, seen.Fact),
            RequiredSeen seen => state with { Required = seen.Fact },
            PausedByPerson or ResumedByPerson or EvidenceLost or EvidenceRegained or HeldByFinding or FindingLifted
                or FindingCleared =>
                HoldEvolution.Apply(state, happened, at),
            Overridden over => Override(state, over, at),
            WentBack or Undone or UndoRepeated or WayBackOverdue or GotStuck or Retried or RetriedByRelease =>
                BackwardEvolution.Apply(state, happened, at),
            LoadShed shed => LoadShedding.With(state, shed),
            RequestsBack => LoadShedding.WithRequests(state),
            Verified => Verify(state, at),
            BlamedWhenVerified blamed => state with { Stage = new Stage.Verified(blamed.Cause) },
            Halted halted => state with { Stage = new Stage.Halted(halted.Happened), StepSince = at },
            TurnCame turn => state with { Stage = (Stage.Halted)state.Stage with { Plan = turn.Plan } },
            PassageRung rung => state with { RungAt = rung.Sequence },
            RecordChecked record => Check(spec, state, record.Restored, at),
            TrailLeft left => state with { Trail = left.Trail },
            TracesSeen seen => state with { Trail = TrailRules.See(state.Trail!, seen.Fact) },
            Finished finished => state with { Stage = new Stage.Ended(finished.As, finished.Cause), StepSince = at },
            _ => throw new UnreachableException($"{happened} in {state.Stage}"),
        };

    private static RolloutState Verify(RolloutState state, DateTimeOffset at) => state with
    {
        Stage = new Stage.Verified(),
        StepSince = at,
        Exposure = state.IsNeedless
            ? state.Exposure with { Confirmed = Weight.All, ConfirmedAt = at }
            : state.Exposure,
    };

    private const int MaxOverrides = 20;

    private static RolloutState Override(RolloutState state, Overridden over, DateTimeOffset at) => state with
    {
        Overrides =
        [
            .. Newest(state.Overrides), new(over.What, over.Actor, over.Reason, at),
        ],
    };

    // That it began in an emergency is told for as long as it moves.
    private static IEnumerable<Override> Newest(ImmutableArray<Override> overrides) =>
        overrides.Length < MaxOverrides
            ? overrides
            : overrides.Remove(overrides.First(one => one.What != Rollouts.Override.Emergency));

    private static RolloutState Enter(RolloutSpec spec, RolloutState state, StepEntered entered, DateTimeOffset at)
    {
        var (step, work) = (entered.Step, entered.Work);
        // A step's own analysis is forgotten with the step; its verdict is in the log.
        var tallies = state.Tallies.RemoveRange(state.Tallies.Keys.Where(key => key.Contains(':')));
        tallies = spec.Steps[step] switch
        {
            Step.Analyse analysis => tallies.AddRange(analysis.Metrics.Select(metric => KeyValuePair.Create(
                Metrics.KeyOf(step, metric), Tally.From(at + metric.Limits.InitialDelay)))),
            Step.Verify => tallies.ToImmutableSortedDictionary(
                t => t.Key, t => t.Value with { CoveredFrom = at, Covered = TimeSpan.Zero }),
            _ => tallies,
        };
        return state with
        {
            Stage = state.Stage is Stage.Held held
                ? held with { Step = step, Work = work }
                : new Stage.Moving(step, work),
            StepSince = at,
            Tallies = tallies,
        };
    }

    internal static RolloutState Lapse(RolloutState state, DateTimeOffset at)
    {
        var acting = (Work.Acting)state.Work!;
        // Whether the share changed is not known: it counts as changed now. A first share that was never seen stays
        // unconfirmed and is judged all the same, because requests may be going there.
        var exposure = state.Exposure with
        {
            ConfirmedAt = state.Exposure is { Changing: true, ConfirmedAt: not null } ? at : state.Exposure.ConfirmedAt,
            Changing = false,
        };
        return WithWork(state, new Work.Gated(acting.GiveUpAt)) with { Exposure = exposure };
    }

    private static RolloutState Check(RolloutSpec spec, RolloutState state, Restored? found, DateTimeOffset at) =>
        found switch
        {
            Restored.Unseen unseen when unseen.Epoch > EpochOf(state.Restored)
                && Quiet.IsTakeover(spec, unseen.Epoch, state.Generation) =>
                Unsee(state, found, at) with { TakenOverAt = at },
            Restored.Unseen => Unsee(state, found, at),
            Restored.Accepted accepted => Accept(spec, GiveTimeAnew(state, at), accepted, at),
            null => GiveTimeAnew(state, at) with { Restored = null },
            _ => state with { Restored = found },
        };

    // What gates were opened on was seen before the restore, and so is no answer to them.
    private static RolloutState Unsee(RolloutState state, Restored found, DateTimeOffset at) =>
        (state.Work is Work.Acting ? Lapse(state, at) : state) with { Restored = found, Health = null };

    private static int EpochOf(Restored? restored) => restored switch
    {
        Restored.Unseen unseen => unseen.Epoch,
        Restored.Differs differs => differs.Epoch,
        Restored.Accepted accepted => accepted.Epoch,
        _ => 0,
    };

    // Nobody could act since the backup was taken: the time after which it goes back by itself begins anew.
    private static RolloutState GiveTimeAnew(RolloutState state, DateTimeOffset at)
    {
        if (state.Work is Work.Gated { GiveUpAt: not null }) state = WithWork(state, new Work.Gated());
        return state.Stage is Stage.Held { Hold.Evidence: { GiveUpAt: { } giveUp } evidence }
            ? state with
            {
                Stage = HoldEvolution.With(state.Stage, hold => hold with
                {
                    Evidence = evidence with { GiveUpAt = at + (giveUp - evidence.Since) },
                }),
            }
            : state;
    }

    // The share that is really there is what the new version is judged by from here on. Without one it was never
    // exposed, as far as anybody knows.
    private static RolloutState Accept(
        RolloutSpec spec, RolloutState state, Restored.Accepted accepted, DateTimeOffset at)
    {
        var (next, share) = (state with { Restored = accepted }, accepted.Seen.ShareOf(state.Version));
        if (share == Weight.None)
        {
            return next with
            {
                Exposure = Exposure.None,
                Tallies = ImmutableSortedDictionary<string, Tally>.Empty,
            };
        }

        if (next.Exposure.FirstAt is null) next = StartJudging(spec, next, at);
        return next with
        {
            Exposure = next.Exposure with { Confirmed = share, ConfirmedAt = at, Changing = false },
        };
    }

    private static RolloutState StartJudging(RolloutSpec spec, RolloutState state, DateTimeOffset at) => state with
    {
        Exposure = state.Exposure with { FirstAt = at, Changing = true },
        Tallies = spec.Background.Concat(spec.Burns).ToImmutableSortedDictionary(
            metric => metric.Name, metric => Tally.From(at + metric.Limits.InitialDelay)),
    };

    private static ImmutableSortedDictionary<string, Tally> Add(
        ImmutableSortedDictionary<string, Tally> tallies, Judged judged) =>
        tallies.SetItem(judged.Metric, ThresholdJudge.Add(tallies[judged.Metric], judged));

    internal static RolloutState WithWork(RolloutState state, Work work) =>
        state with
        {
            Stage = state.Stage switch
            {
                Stage.Moving moving => moving with { Work = work },
                Stage.Held held => held with { Work = work },
                _ => throw new UnreachableException($"{work} in {state.Stage}"),
            },
        };
}
