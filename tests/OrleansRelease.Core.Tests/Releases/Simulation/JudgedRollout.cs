using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Tests.Simulation;
using OrleansRelease.Core.Tests.Simulation.Invariants;

namespace OrleansRelease.Core.Tests.Releases.Simulation;

/// <summary>
/// What the invariants of one rollout say of one in a shop: the same as of one in a world of its own. What they ask of
/// that world is kept here, from what was really done in the slot.
/// </summary>
internal sealed class JudgedRollout : IRolloutWorld
{
    private readonly Shop _shop;
    private readonly WholeRollout _rollout;
    private readonly Invariant[] _invariants;
    private DateTimeOffset? _exposedAt;
    private DateTimeOffset? _haltedAt;

    public JudgedRollout(Shop shop, WholeRollout rollout, VersionName? baseline, int generation)
    {
        (_shop, _rollout, Baseline) = (shop, rollout, baseline);
        Invariant[] all =
        [
            new WeightsSum(), new GatesWereOpen(this), new NoSuccessWithoutEvidence(Spec),
            new EffectsAreOnRecordOnce(generation), new CommandsCountOnce(this), new OffWithinBound(this),
        ];
        _invariants = [.. all.Where(one => one.Number != shop.Defect.Unjudged)];
    }

    public DateTimeOffset Now => _shop.Now;

    public RolloutSpec Spec => _rollout.Spec;

    public RolloutState? State => _rollout.State;

    public VersionName? Baseline { get; }

    public Elsewhere? Elsewhere => null;

    public bool WasTakenOver { get; set; }

    public IReadOnlyCollection<CommandId> Acknowledged => _rollout.Acknowledged;

    public bool Aborted { get; private set; }

    public DateTimeOffset? OffSince { get; private set; }

    /// <summary>Whether its new version ever had any requests.</summary>
    public bool WasExposed => _exposedAt is not null;

    /// <summary>When somebody was told that it does not go back as was announced.</summary>
    public DateTimeOffset? ToldAt { get; private set; }

    public DateTimeOffset? FirstBad(DateTimeOffset until) => _rollout.IsBad && _exposedAt < until ? _exposedAt : null;

    // Once its release has halted it, its turn comes when those that need it are back: the release's bound counts then.
    public bool IsMeasured(DateTimeOffset until) => !(_haltedAt <= until);

    public int Disturbances(DateTimeOffset from, DateTimeOffset to) =>
        _rollout.Disturbances.Count(one => one.Until >= from && one.At <= to);

    // What the invariants keep of one rollout goes on over no restore.
    private bool IsOff => _shop.Epoch > 1;

    public void Committed(Commit commit)
    {
        if (IsOff) return;
        foreach (var happened in commit.Read.Events)
        {
            if (happened is RolloutEvent.Halted) _haltedAt ??= commit.Now;
            if (happened is RolloutEvent.GotStuck or RolloutEvent.WayBackOverdue) ToldAt ??= commit.Now;
        }

        Aborted |= commit.Read is { Input: RolloutInput.Abort, Command: not null };
        foreach (var invariant in _invariants) invariant.OnCommitted(commit);
    }

    public void Arrived(Dispatch attempt, Fence? accepted)
    {
        if (IsOff) return;
        foreach (var invariant in _invariants) invariant.OnArrived(attempt, accepted);
    }

    /// <summary>From now on the new version has requests, or none any more.</summary>
    public void Exposed(bool hasRequests)
    {
        if (hasRequests) (_exposedAt, OffSince) = (_exposedAt ?? Now, null);
        else if (WasExposed) OffSince ??= Now;
    }

    public void End()
    {
        if (IsOff) return;
        foreach (var invariant in _invariants) invariant.OnEnd();
    }
}
