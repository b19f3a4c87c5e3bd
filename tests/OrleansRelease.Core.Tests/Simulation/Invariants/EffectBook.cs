using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;

namespace OrleansRelease.Core.Tests.Simulation.Invariants;

/// <summary>
/// What the log of one durable thing says of its effects, whatever kind of thing it is: each is decided once, and each
/// attempt is claimed once, after the one before it.
/// </summary>
internal sealed class EffectBook
{
    private readonly HashSet<(int Ordinal, int Attempt)> _claimed = [];
    private readonly Dictionary<int, int> _attempts = [];
    private readonly HashSet<(int Ordinal, int Attempt)> _answered = [];
    private readonly Dictionary<int, DateTimeOffset> _claimedAt = [];
    private readonly Dictionary<int, DateTimeOffset> _begun = [];
    private int _next = 1;

    public bool Knows(Dispatch attempt) => _claimed.Contains((attempt.Effect.Ordinal, attempt.Attempt));

    /// <summary>What is wrong with one more transition.</summary>
    public IEnumerable<string> Problems<TInput, TEvent>(Transition<TInput, TEvent> read, DateTimeOffset now)
    {
        foreach (var effect in read.Effects)
        {
            if (effect.Ordinal != _next) yield return $"effect {effect.Ordinal} where {_next} was next";
            _next++;
        }

        if (read.Input is IReportsOutcome { Report: var report }) _answered.Add((report.Ordinal, report.Attempt));
        foreach (var problem in read.Attempts.SelectMany(attempt => Claim(attempt, now))) yield return problem;
    }

    private IEnumerable<string> Claim(Dispatch attempt, DateTimeOffset now)
    {
        var (ordinal, number, limits) = (attempt.Effect.Ordinal, attempt.Attempt, attempt.Effect.Limits);
        if (ordinal >= _next) yield return $"an attempt at {ordinal}, which was never decided";
        if (!_claimed.Add((ordinal, number))) yield return $"attempt {ordinal}/{number} was claimed twice";
        if (number != _attempts.GetValueOrDefault(ordinal) + 1)
            yield return $"attempt {ordinal}/{number} is not the next";
        if (number == 1) _begun[ordinal] = now;
        // A way back is tried for as long as all its attempts may take; the last one is claimed late after a crash.
        if (number > limits.Attempts && (attempt.Effect.Direction != Direction.Back
            || !(_claimedAt.GetValueOrDefault(ordinal) < _begun.GetValueOrDefault(ordinal) + limits.WorstCase)))
        {
            yield return $"attempt {ordinal}/{number} is one too many";
        }

        if (number > 1 && !_answered.Contains((ordinal, number - 1))
            && now < _claimedAt.GetValueOrDefault(ordinal) + limits.Timeout)
        {
            yield return $"attempt {ordinal}/{number} while the one before it is still running";
        }

        (_attempts[ordinal], _claimedAt[ordinal]) = (number, attempt.ClaimedAt);
    }
}
