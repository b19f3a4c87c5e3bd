using System.Diagnostics;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Promotion;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;
using static OrleansRelease.Core.Releases.PassageEvent;

namespace OrleansRelease.Core.Releases;

/// <summary>How each event changes a passage.</summary>
internal static class PassageEvolution
{
    public static PassageState Evolve(PassageSpec spec, PassageState? state, PassageEvent happened, DateTimeOffset at)
    {
        if (state is null)
        {
            return happened is Began began
                ? Start(spec, began, at)
                : throw new InvalidOperationException($"{happened.GetType().Name} before a passage began");
        }

        var next = Apply(state, happened, at);
        return next.Phase == state.Phase ? next : next with { PhaseSince = at };
    }

    private static PassageState Start(PassageSpec spec, Began began, DateTimeOffset at) => new(
        began.Id, began.SpecHash, began.StartedBy, began.Rank, at, new PassageStage.Requiring(), at,
        [.. spec.Services.Select(service => new Part(service.Service, new PartStage.Untouched()))], at, null, 0, []);

    private static PassageState Apply(PassageState state, PassageEvent happened, DateTimeOffset at) => happened switch
    {
        Began => throw new InvalidOperationException("a passage begins once"),
        RequiredSeen seen => state with { Required = seen.Fact, ReadAt = at + PassageLimits.RequiredAgainAfter },
        RingAsked asked => state with { Asked = state.AllAsked.Add(new(asked.Service, asked.Number)) },
        LeasingBegan => state with { Stage = new PassageStage.Leasing(), Asked = null },
        SlotClaimed claimed => Change(state, claimed.Service, part => part with { Claim = claimed.Claim }),
        SlotLeased leased => Change(state, leased.Service, part => part with { Grant = leased.Grant }),
        SlotsYielded yielded => Yield(state, yielded.From),
        MovingBegan => state with { Stage = new PassageStage.Moving(), ReadAt = at + PassageLimits.ReadAgainAfter },
        PartBegun begun => Change(state, begun.Service, part => part with { Stage = new PartStage.Moving() }),
        PartHeard heard => Change(state, heard.Service, part => Hear(part, heard, at)),
        PartDoubted doubted => Change(state, doubted.Service, part => part with { MayHaveBegun = true }),
        PartsRead => state with
        {
            ReadAt = at + (IsAnnounced(state) ? PassageLimits.ReadBackAgainAfter : PassageLimits.ReadAgainAfter),
        },
        PausedByPerson paused => state with
        {
            Stage = new PassageStage.Held(
                new PersonHold(paused.Actor, paused.Reason, at), (state.Stage as PassageStage.Held)?.Failed),
        },
        HeldByFailure held => state with
        {
            Stage = new PassageStage.Held((state.Stage as PassageStage.Held)?.Person, held.Service),
        },
        // What has failed until now is what the person knew of.
        ResumedByPerson => state with
        {
            Stage = new PassageStage.Moving(),
            Tolerated = [.. state.Parts.Where(part => part.Failure is not null).Select(part => part.Service)],
        },
        HaltBegan halt => Sooner(state, at) with { Stage = new PassageStage.Halting(halt.Cause, halt.Deadline) },
        Planned planned => state with
        {
            Stage = new PassageStage.GoingBack(
                CauseOf(state.Stage), planned.Plan, planned.Deadline,
                state.Stage is PassageStage.GoingBack { Overdue: true }),
            Plans = planned.Plan.Number,
        },
        UndoBegan undo => Change(Sooner(state, at), undo.Service, part => Undo(part, undo.Plan)),
        RollbackOverdue when state.Stage is PassageStage.GoingBack back => state with { Stage = Late(back) },
        PartLeft left => Change(state, left.Service, part => part with
        {
            Stage = new PartStage.Left(
                $"left as it is by {left.Actor}" + (left.Reason is null ? "" : $": {left.Reason}")),
        }),
        StabilisingBegan began => state with { Stage = Stabilising(state.Stage, began, at) },
        CriteriaSeen seen when state.Stage is PassageStage.Stabilising now =>
            state with { Stage = now with { Soak = seen.Soak } },
        FoundStoodUpon or WentOnAlone or LookingBegan or StandingUnread => Reverse(state, happened, at),
        Finished finished => state with
        {
            Stage = new PassageStage.Ended(finished.As, finished.Cause, finished.Stability),
            Asked = null,
        },
        _ => throw new UnreachableException($"{happened} in {state.Stage}"),
    };

    private static PassageStage.GoingBack Late(PassageStage.GoingBack back) => back with { Overdue = true };

    // Nobody else has its slots until it ends, so that nothing of the time is somebody else's.
    private static PassageStage.Stabilising Stabilising(
        PassageStage before, StabilisingBegan began, DateTimeOffset at) => new(
        began.Cause, (before as PassageStage.GoingBack)?.Plan, Soak.From(at) with { Generations = 0 }, began.For,
        began.Deadline);

    // What only a passage goes through that takes back what has completed.
    private static PassageState Reverse(PassageState state, PassageEvent happened, DateTimeOffset at) =>
        happened switch
        {
            FoundStoodUpon found => state with { Stage = new PassageStage.StoodUpon(found.By) },
            WentOnAlone => state with { Stage = new PassageStage.Leasing() },
            LookingBegan => state with { Stage = new PassageStage.Looking(), ReadAt = at },
            StandingUnread not => state with
            {
                Stage = new PassageStage.Looking(not.Reason),
                ReadAt = at + PassageLimits.StandingAgainAfter,
            },
            _ => throw new UnreachableException($"{happened}"),
        };

    // What it would have answered is not waited for any longer.
    private static Part Undo(Part part, int plan) => part with
    {
        Happened = part.IsForward ? part.Happened ?? Happened.Anything : part.Happened,
        Stage = new PartStage.Undoing(plan),
    };

    private static Part Hear(Part part, PartHeard heard, DateTimeOffset at) => part with
    {
        Stage = PartStages.After(part.Stage, heard.Stage),
        Heard = Math.Max(part.Heard, heard.Sequence),
        Happened = heard.Stage is PartStage.Halted halted ? halted.Happened : part.Happened,
        VerifiedAt = part.VerifiedAt ?? (heard.Stage is PartStage.Verified ? at : null),
    };

    // What is announced to end by a time is read often enough for that, until a person was told.
    private static bool IsAnnounced(PassageState state) => state.Stage is PassageStage.Halting
        || (state.Stage is PassageStage.GoingBack { Overdue: false } && state.Parts.Any(part => part.IsOnItsWayBack));

    private static PassageState Sooner(PassageState state, DateTimeOffset at)
    {
        var soon = at + PassageLimits.ReadBackAgainAfter;
        return state.ReadAt <= soon ? state : state with { ReadAt = soon };
    }

    private static PassageState Yield(PassageState state, ServiceName from)
    {
        var index = state.Parts.TakeWhile(part => part.Service != from).Count();
        return state with
        {
            Stage = new PassageStage.Leasing(),
            Parts =
            [
                .. state.Parts.Select((part, i) => i < index
                    ? part
                    : part with
                    {
                        Claim = 0,
                        Grant = null,
                        HasYielded = part.HasYielded || part.Claim > 0,
                        MayHaveBegun = false,
                    }),
            ],
        };
    }

    private static PassageCause CauseOf(PassageStage stage) => stage switch
    {
        PassageStage.Halting halting => halting.Cause,
        PassageStage.GoingBack back => back.Cause,
        PassageStage.Stabilising now => now.Cause,
        _ => throw new UnreachableException($"a plan in {stage}"),
    };

    private static PassageState Change(PassageState state, ServiceName service, Func<Part, Part> change)
    {
        var index = state.Parts.TakeWhile(part => part.Service != service).Count();
        return state with { Parts = state.Parts.SetItem(index, change(state.Parts[index])) };
    }
}
