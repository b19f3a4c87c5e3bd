using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Leases;
using OrleansRelease.Core.Slots;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Tests.Releases.Simulation;

/// <summary>One slot of a shop, where 1.0 is stable, with what really runs there.</summary>
internal sealed class ShopSlot(Shop shop, SlotKey key)
    : ShopThing<SlotState, SlotInput, SlotEvent>(shop, new SlotDecider(), Given(key))
{
    public SlotKey Key => key;

    private bool _isLooking;

    public ShopTarget Target { get; } = new(shop, key);

    /// <summary>Nobody has it, and nobody waits for it.</summary>
    public bool IsFree => State is { Holder: null, Queue.IsEmpty: true, Claims.Waiting.IsEmpty: true };

    public void Wake()
    {
        if (Row.NextWake <= Shop.Now) Take(new SlotInput.Tick());
    }

    public Outcome Take(EffectAction.ClaimSlot claim) => Said(Take(new SlotInput.ClaimLease(key, new(
        claim.Passage, claim.Rank, claim.WhenBusy, claim.Number, claim.Version, claim.SpecHash, claim.StartedBy,
        Reverses: claim.Reverses))));

    public Outcome Take(EffectAction.ReturnSlot gone) => Said(Take(new SlotInput.ReturnLease(
        gone.Slot, gone.Passage, gone.Number, gone.Completed, gone.KeepPrevious, gone.IsLeft)));

    public Outcome Take(EffectAction.ReportEnd end) =>
        Said(Take(new SlotInput.RolloutEnded(end.Rollout, end.Succeeded, end.KeepPrevious)));

    /// <summary>Somebody moves it alone, beside all releases.</summary>
    public void Start(string version, WhenBusy whenBusy) => Ask(new SlotInput.Start(
        new(key, VersionName.From(version), Shop.SpecHash, whenBusy, version), ActorName.From("anna")));

    public void Accept() => Ask(new SlotInput.Accept(ActorName.From("anna"), null));

    protected override void Restarted() => _isLooking = false;

    protected override void Looked()
    {
        if (_isLooking || !(State?.LookAt <= Shop.Now)) return;
        _isLooking = true;
        Shop.Agenda.After(Shop.Lag(), () =>
        {
            _isLooking = false;
            Take(Shop.Faults(0.1)
                ? new SlotInput.NotObserved("router is away")
                : new SlotInput.Observed(Target.Seen(State!.Stable is { } stable ? [stable.Version] : [])));
        });
    }

    protected override Outcome Carry(Dispatch attempt) => attempt.Effect.Action.IsOutside
        ? Target.Take(attempt, null)
        : Shop.Carry(attempt.Effect.Action);

    // Nobody is overtaken where he waits: each slot keeps him back for one that had begun, at most.
    protected override void Committed(Row<SlotState> before, StepResult<SlotState>.Written written)
    {
        Shop.Say($"{key} <- {written.Transition}");
        foreach (var happened in Happened)
        {
            Shop.Fairness?.Take(key.Service, happened, Shop.Now);
            var (claims, queue) = (State!.Claims, State!.Queue);
            switch (happened)
            {
                case SlotEvent.Claimed { Claim: var claimed } when claims.Waiting.Any(one => one == claimed):
                    Shop.Tally.Add(Met.WaitedForSlot);
                    break;
                case SlotEvent.Granted:
                    if (claims.Waiting.Any(claim => claim.Rank.IsBefore(claims.Holder!.Rank))
                        || queue.Any(one => one.Rank.IsBefore(claims.Holder!.Rank)))
                    {
                        Shop.Blame(8, $"{claims.Holder} gets {key} before somebody who goes first");
                    }

                    break;
                case SlotEvent.Leased when State.Holder is { } held:
                    if (claims.Waiting.Any(claim => claim.Rank.IsBefore(held.Rollout.Rank)))
                        Shop.Blame(8, $"{held.Rollout.Id} gets {key} before somebody who goes first");
                    break;
                default:
                    break;
            }
        }
    }

    private static Outcome Said(Refusal? refusal) =>
        refusal is null ? new Outcome.Applied() : new Outcome.NotApplied(refusal.Reason);

    // As a release before all others has left it.
    private static Row<SlotState> Given(SlotKey key) => Row<SlotState>.Empty with
    {
        State = new(
            key, 1, 1, new(VersionName.From("1.0"), Shop.SpecHash, Shop.Start), null, [], [], [],
            Book: LeaseBook.Empty),
        At = Shop.Start,
    };
}
