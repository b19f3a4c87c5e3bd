using System.Collections.Immutable;
using System.Globalization;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Restoring;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Slots;
using OrleansRelease.Core.Tests.Simulation;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Tests.Slots;

/// <summary>
/// One slot, and a router that compares fences. Holders move it by changes that arrive late, also when their lease was
/// broken long ago; what closes the router, what is seen and what was answered come late or not at all.
/// </summary>
internal sealed class BrokenLeasesOfASeed(int seed, bool isReallyClosed)
{
    private readonly Dice _dice = new(seed);
    private readonly SlotScenario _slot = new SlotScenario().Given("1.0.0");
    private readonly List<Change> _underWay = [];
    private readonly List<Observation> _looks = [];
    private ImmutableSortedDictionary<string, Weight> _shares =
        ImmutableSortedDictionary<string, Weight>.Empty.Add("1.0.0", Weight.All);

    private Fence _accepted = new(1, 1, 9);
    private RolloutId? _holder;
    private bool _isAccepted;
    private int _versions = 1;
    private int _ordinal = 10;

    public int Breaks { get; private set; }

    public int Late { get; private set; }

    /// <summary>What is wrong; null: nothing.</summary>
    public string? Run()
    {
        for (var step = 0; step < 300; step++)
        {
            Happens();
            if (_slot.State.Holder is { Rollout.Id: var holder } && holder != _holder && Wrong() is { } wrong)
                return string.Create(CultureInfo.InvariantCulture, $"seed {seed}, step {step}: {wrong}");
            if (_slot.State.Holder?.Rollout.Id is { } now && now != _holder) _isAccepted = false;
            _holder = _slot.State.Holder?.Rollout.Id;
        }

        return null;
    }

    // A person who has accepted what is there knows that it is so, and who may still move it.
    private string? Wrong()
    {
        if (_isAccepted) return null;
        var stable = $"{_slot.State.Stable?.Version}";
        if (_shares.GetValueOrDefault(stable) is var share && share != Weight.All)
            return $"{stable} is stable, and has {share}";
        var late = _underWay.FirstOrDefault(change => change.Fence > _accepted);
        return late is null ? null : $"{late.Fence} may still arrive over {_accepted}";
    }

    private void Happens()
    {
        _slot.Later(_dice.Pick("0s", "1s", "31s"));
        switch (_dice.Between(0, 9))
        {
            case 0 when _slot.State.Queue.Length < 3:
                _slot.Start(string.Create(CultureInfo.InvariantCulture, $"{++_versions}.0.0"));
                break;
            case 1 or 2 when _slot.State.Holder is { } lease:
                Send(lease, Weight.Percent(_dice.Between(0, 100)));
                break;
            case 3 or 4 when _underWay.Count > 0:
                Arrive(_underWay[_dice.Between(0, _underWay.Count - 1)]);
                break;
            case 5 when _slot.State.Holder is { } lease && _dice.Chance(0.5):
                Complete(lease);
                break;
            case 5 when _slot.State.Holder is not null:
                Breaks++;
                _slot.Broken();
                break;
            case 6:
                Close();
                break;
            case 7:
                _looks.Add(Sight());
                break;
            case 8 when _looks.Count > 0:
                var look = _looks[_dice.Between(0, _looks.Count - 1)];
                _looks.Remove(look);
                _slot.Take(new SlotInput.Observed(look));
                break;
            case 9 when _slot.State.Restored is Restored.Differs:
                _isAccepted = true;
                _slot.Accepted();
                break;
            default:
                break;
        }
    }

    private void Send(Lease lease, Weight weight) => _underWay.Add(new(
        new Fence(1, lease.Generation, ++_ordinal), $"{_slot.State.Stable?.Version}", $"{lease.Rollout.Version}",
        weight));

    private void Arrive(Change change)
    {
        _underWay.Remove(change);
        if (change.Fence <= _accepted) return;
        if (_slot.State.Holder is null) Late++;
        _accepted = change.Fence;
        _shares = change.Weight == Weight.All
            ? ImmutableSortedDictionary<string, Weight>.Empty.Add(change.New, Weight.All)
            : ImmutableSortedDictionary<string, Weight>.Empty
                .Add(change.Old, new Weight(Weight.Full - change.Weight.BasisPoints))
                .SetItem(change.New, change.Weight);
    }

    // A holder that is well waits for all that it has sent.
    private void Complete(Lease lease)
    {
        foreach (var change in _underWay.Where(one => one.Fence.Generation == lease.Generation).ToList())
            Arrive(change);
        Send(lease, Weight.All);
        Arrive(_underWay[^1]);
        _slot.End(lease.Rollout.Id.Number, succeeded: true);
    }

    private void Close()
    {
        if (_slot.Row.Outbox.FirstOrDefault(entry => entry is
            {
                IsPending: true, Running: true, Effect.Action: EffectAction.CloseSlot,
            }) is not { } close)
        {
            return;
        }

        if (isReallyClosed && _accepted < close.Effect.Fence) _accepted = close.Effect.Fence;
        // The answer may get lost, and it is tried again.
        if (_dice.Chance(0.7)) _slot.Closed();
    }

    private Observation Sight() => new(
        _slot.Now, _shares,
        _shares.Keys.ToImmutableSortedDictionary(version => version, _ => new InstanceCount(1, 1)), _accepted);

    private sealed record Change(Fence Fence, string Old, string New, Weight Weight);
}
