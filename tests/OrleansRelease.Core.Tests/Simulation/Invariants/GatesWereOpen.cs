using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Rollouts;

namespace OrleansRelease.Core.Tests.Simulation.Invariants;

/// <summary>
/// 3: a forward effect is decided only after its permit was given and its gates were open, on facts that had not
/// expired; and another attempt at it is claimed only while they are young.
/// </summary>
internal sealed class GatesWereOpen(IRolloutWorld world) : Invariant(3)
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(10);

    private readonly EvidenceBook _book = new(world.Spec);
    private readonly Dictionary<int, DateTimeOffset> _decidedAt = [];
    private bool _permitted;
    private RequiredFact? _required;

    public override void OnCommitted(Commit commit)
    {
        _permitted |= commit.Read.Input is RolloutInput.PermitGranted;
        if (commit.Read.Input is RolloutInput.Answered { Required: { } read } && !(read.At <= _required?.At))
            _required = read;
        _book.TakeInput(commit);
        foreach (var happened in commit.Read.Events) _book.Take(commit, happened);
        foreach (var effect in commit.Read.Effects.Where(effect => effect.Direction == Direction.Forward))
        {
            _decidedAt[effect.Ordinal] = commit.Now;
            Require(_permitted, $"{effect.Action} was decided without a permit");
            RequireHealth(effect, commit);
            Require(
                world.Elsewhere is null || (commit.Now - _required?.At <= MaxAge
                    && _required?.Stable.Single().Version == Elsewhere.Good),
                $"{effect.Action} on {_required?.Stable.Single()} of {_required?.At}");
            Require(
                _book.Freeze is { Freeze: null } free && commit.Now - free.At <= MaxAge,
                $"{effect.Action} although of a freeze was known: {_book.Freeze}");
            if (_book.ConfirmedAt is null) continue;
            foreach (var metric in world.Spec.Background.Where(metric => !metric.DryRun))
            {
                var lacks = _book.Lacks(metric, commit.Now);
                Require(lacks is null, $"{effect.Action} was decided although {metric.Name} {lacks}");
            }
        }

        foreach (var attempt in commit.Read.Attempts.Where(a => a.Effect.Direction == Direction.Forward))
        {
            var age = commit.Now - _decidedAt[attempt.Effect.Ordinal];
            Require(age <= MaxAge, $"attempt {attempt.Attempt} at {attempt.Effect.Action} on facts {age} old");
        }
    }

    private void RequireHealth(Effect effect, Commit commit)
    {
        var fact = _book.Health;
        Require(fact is not null && commit.Now - fact.At <= MaxAge, $"{effect.Action} on health of {fact?.At}");
        Require(world.Baseline is null || fact!.Baseline is { Ready: > 0, IsReady: true },
            $"{effect.Action} while the baseline was {fact?.Baseline}");
        Require(effect.Action is not EffectAction.SetTraffic || fact!.Candidate is { Ready: > 0, IsReady: true },
            $"{effect.Action} while the new version was {fact?.Candidate}");
    }
}
