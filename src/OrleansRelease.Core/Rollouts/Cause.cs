using System.Text.Json.Serialization;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Core.Rollouts;

/// <summary>Why a rollout went back or ended otherwise than well.</summary>
[JsonDerivedType(typeof(Person), "person")]
[JsonDerivedType(typeof(MetricFailed), "metric-failed")]
[JsonDerivedType(typeof(WithoutEvidence), "without-evidence")]
[JsonDerivedType(typeof(EffectFailed), "effect-failed")]
[JsonDerivedType(typeof(SupersededBy), "superseded-by")]
[JsonDerivedType(typeof(Overtaken), "overtaken")]
public abstract record Cause
{
    private Cause()
    {
    }

    /// <summary>One sentence without a full stop, for people.</summary>
    [JsonIgnore]
    public abstract string Text { get; }

    public sealed record Person(ActorName Actor, string? Reason) : Cause
    {
        public override string Text => Reason is null ? $"aborted by {Actor}" : $"aborted by {Actor}: {Reason}";
    }

    public sealed record MetricFailed(string Metric, string Detail) : Cause
    {
        public override string Text => $"{Metric} failed: {Detail}";
    }

    public sealed record WithoutEvidence(string Metric, Verdict Verdict, string Detail) : Cause
    {
        public override string Text => $"{Metric} gave no evidence for too long: {Detail}";
    }

    public sealed record EffectFailed(string Effect, string Detail) : Cause
    {
        public override string Text => $"{Effect} failed: {Detail}";
    }

    public sealed record SupersededBy(RolloutId Rollout) : Cause
    {
        public override string Text => $"superseded by {Rollout}";
    }

    public sealed record Overtaken(string Detail) : Cause
    {
        public override string Text => $"the slot was taken over by somebody else ({Detail}); it is left as it is";
    }
}
