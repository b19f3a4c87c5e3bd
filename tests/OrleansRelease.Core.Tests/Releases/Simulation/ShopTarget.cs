using System.Collections.Immutable;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Restoring;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Tests.Simulation;
using OrleansRelease.Core.Tests.Simulation.Invariants;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Tests.Releases.Simulation;

/// <summary>
/// What really runs in one slot and gets requests there, behind stored fences; what it did for whom stands in the
/// shop's log, which knows of no plan and no state.
/// </summary>
internal sealed class ShopTarget(Shop shop, SlotKey key)
{
    private readonly HashSet<VersionName> _running = [VersionName.From("1.0")];
    private readonly HashSet<RolloutId> _goingBack = [];
    private readonly Gatekeeper _target = new();
    private readonly Gatekeeper _router = new();
    private readonly FencesOnlyRise _fences = new(isTargetOpen: false);
    private VersionName? _exposed;
    private TrafficSplit _split = new(null, VersionName.From("1.0"), Weight.All);

    /// <summary>Whether this version runs and has all requests.</summary>
    public bool Serves(VersionName version) => _running.Contains(version) && _exposed == version;

    /// <summary>What is there, with instances of those versions that are asked about.</summary>
    public Observation Seen(IEnumerable<VersionName> versions)
    {
        var shares = ImmutableSortedDictionary<string, Weight>.Empty
            .Add($"{_split.Candidate}", _split.CandidateWeight);
        return new(
            shop.Now, _split.Baseline is { } old ? shares.SetItem($"{old}", _split.WeightOf(old)) : shares,
            versions.Distinct().ToImmutableSortedDictionary(
                version => $"{version}",
                version => _running.Contains(version) ? new InstanceCount(1, 1) : new InstanceCount(0, 0)),
            _router.Accepted, _target.Accepted);
    }

    /// <summary>Whether this version has any requests.</summary>
    public bool Has(VersionName version) => _split.WeightOf(version) > Weight.None;

    /// <summary>Whether no version but this one has any requests.</summary>
    public bool IsWhole(VersionName version) => _split.WeightOf(version) == Weight.All;

    /// <summary>Somebody who does not ask this system has changed it.</summary>
    public void TakeOver(int generation)
    {
        _target.Ask(new Fence(1, generation, int.MaxValue));
        _router.Ask(new Fence(1, generation, int.MaxValue));
    }

    public Outcome Take(Dispatch attempt, WholeRollout? by)
    {
        var effect = attempt.Effect;
        var gate = effect.Action is EffectAction.SetTraffic or EffectAction.LiftShedding or EffectAction.CloseSlot
            ? _router
            : _target;
        var before = gate.Accepted;
        if (shop.Defect.Rollouts.Ask(gate, effect) is { } answer) return answer;
        if (by is not null && effect.Direction == Direction.Back)
        {
            if (_goingBack.Add(by.Id)) shop.Log(by, Deed.GoingBack);
            shop.IsStoodOnByNobody(by);
            if (by.GetsStuck()) return new Outcome.Refused("router is away");
        }

        Do(effect, by);
        gate.Done(effect.Fence);
        if (shop.Defect.Unjudged != _fences.Number) _fences.OnArrived(attempt, before);
        by?.Judged.Arrived(attempt, before);
        return new Outcome.Applied();
    }

    private void Do(Effect effect, WholeRollout? by)
    {
        var isForward = effect.Direction == Direction.Forward;
        if (isForward) shop.Holds(by!);
        if (isForward) shop.StandsOnWhatIsThere(by!);
        switch (effect.Action)
        {
            case EffectAction.Deploy deploy:
                _running.Add(deploy.Version);
                if (isForward) shop.Log(by!, Deed.Deployed);
                break;
            case EffectAction.SetTraffic { Split: var split }:
                _split = split;
                _exposed = split.CandidateWeight == Weight.None ? split.Baseline : split.Candidate;
                if (_exposed is { } served && !_running.Contains(served))
                    shop.Blame(6, $"{served} gets requests in {key} and does not run");
                by?.Judged.Exposed(split.CandidateWeight != Weight.None);
                if (isForward) shop.Log(by!, Deed.Exposed);
                break;
            case EffectAction.LiftShedding or EffectAction.CloseSlot:
                break;
            case EffectAction.Retire retire:
                if (_exposed == retire.Version
                    || (retire.Version == shop.StableIn(key) && by is not { IsReversal: true }))
                {
                    shop.Blame(6, $"{retire.Version} is taken down in {key} and is still wanted");
                }

                _running.Remove(retire.Version);
                break;
            default:
                throw new InvalidOperationException($"{effect}");
        }

        if (by is not null && !isForward && _exposed != by.Version && !_running.Contains(by.Version))
            shop.Log(by, Deed.Back);
    }
}
