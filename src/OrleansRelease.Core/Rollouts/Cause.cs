using System.Text.Json.Serialization;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Core.Rollouts;

/// <summary>Why a rollout went back or ended otherwise than well.</summary>
[JsonDerivedType(typeof(Person), "person")]
[JsonDerivedType(typeof(MetricFailed), "metric-failed")]
[JsonDerivedType(typeof(WithoutEvidence), "without-evidence")]
[JsonDerivedType(typeof(Blamed), "blamed")]
[JsonDerivedType(typeof(EffectFailed), "effect-failed")]
[JsonDerivedType(typeof(SupersededBy), "superseded-by")]
[JsonDerivedType(typeof(Overtaken), "overtaken")]
[JsonDerivedType(typeof(ReleaseHalted), "release-halted")]
[JsonDerivedType(typeof(ReleaseTakenBack), "release-taken-back")]
[JsonDerivedType(typeof(LeftAsItIs), "left-as-it-is")]
public abstract record Cause
{
    private Cause()
    {
    }

    /// <summary>One sentence without a full stop, for people.</summary>
    // Not virtual: an override would not inherit that it is kept out of what is stored.
    [JsonIgnore]
    public string Text => Sentence();

    private protected abstract string Sentence();

    public sealed record Person(ActorName Actor, string? Reason) : Cause
    {
        private protected override string Sentence() =>
            Reason is null ? $"aborted by {Actor}" : $"aborted by {Actor}: {Reason}";
    }

    public sealed record MetricFailed(string Metric, string Detail) : Cause
    {
        private protected override string Sentence() => $"{Metric} failed: {Detail}";
    }

    public sealed record WithoutEvidence(string Metric, Verdict Verdict, string Detail) : Cause
    {
        private protected override string Sentence() => $"{Metric} gave no evidence for too long: {Detail}";
    }

    /// <summary>
    /// A service got worse, and of all that may be why it is this rollout, by <paramref name="Words"/>.
    /// </summary>
    /// <param name="Degraded">The service that got worse, and where it runs.</param>
    /// <param name="Onset">Since when.</param>
    /// <param name="At">When that was found.</param>
    /// <param name="Words">The arithmetic, for people.</param>
    public sealed record Blamed(SlotKey Degraded, DateTimeOffset Onset, DateTimeOffset At, string Words) : Cause
    {
        private protected override string Sentence() =>
            $"{Degraded.Service} got worse at {Readable.Clock(Onset, At)}, and this is to blame: {Words}";
    }

    public sealed record EffectFailed(string Effect, string Detail) : Cause
    {
        private protected override string Sentence() => $"{Effect} failed: {Detail}";
    }

    /// <summary>A release, or a rollout of none, which counts as one of its own.</summary>
    public sealed record SupersededBy([property: JsonPropertyName("rollout")] PassageId By) : Cause
    {
        private protected override string Sentence() => $"superseded by {By}";
    }

    public sealed record Overtaken(string Detail) : Cause
    {
        private protected override string Sentence() =>
            $"the slot was taken over by somebody else ({Detail}); it is left as it is";
    }

    public sealed record ReleaseHalted(PassageId Passage) : Cause
    {
        private protected override string Sentence() =>
            $"its release, {Passage}, was stopped before anything had happened here";
    }

    public sealed record ReleaseTakenBack(PassageId Passage, int Plan) : Cause
    {
        private protected override string Sentence() => $"taken back with its release, {Passage}, by plan {Plan}";
    }

    /// <summary>A person has said so, to its release or to its slot.</summary>
    public sealed record LeftAsItIs(PassageId? Passage, ActorName Actor, string? Reason) : Cause
    {
        private protected override string Sentence() => $"left as it is by {Actor}"
            + (Passage is { } passage ? $", in {passage}" : "") + (Reason is null ? "" : $": {Reason}");
    }
}
