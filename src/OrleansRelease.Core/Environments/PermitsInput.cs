using System.Collections.Immutable;
using System.Text.Json.Serialization;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Core.Environments;

/// <summary>All that can come to an environment's permits.</summary>
[JsonDerivedType(typeof(Request), "request")]
[JsonDerivedType(typeof(Return), "return")]
[JsonDerivedType(typeof(OutcomeReported), "outcome")]
[JsonDerivedType(typeof(Tick), "tick")]
[JsonDerivedType(typeof(Several), "several")]
public abstract record PermitsInput
{
    private PermitsInput()
    {
    }

    /// <summary>A rollout wants to move. The newest <see cref="MaxParallel"/> that came is the limit.</summary>
    public sealed record Request(RolloutId Rollout, int MaxParallel) : PermitsInput;

    public sealed record Return(RolloutId Rollout) : PermitsInput;

    public sealed record OutcomeReported(OutcomeReport Report) : PermitsInput, IReportsOutcome;

    public sealed record Tick : PermitsInput;

    /// <summary>What came while a decision was written down: decided in its order, and written down at once.</summary>
    public sealed record Several(ImmutableArray<PermitsInput> Inputs) : PermitsInput, IReportsOutcomes
    {
        [JsonIgnore]
        public IEnumerable<OutcomeReport> Reports =>
            Inputs.OfType<OutcomeReported>().Select(reported => reported.Report);
    }
}

/// <summary>All that can have happened to an environment's permits.</summary>
[JsonDerivedType(typeof(LimitChanged), "limit-changed")]
[JsonDerivedType(typeof(Requested), "requested")]
[JsonDerivedType(typeof(Granted), "granted")]
[JsonDerivedType(typeof(Returned), "returned")]
public abstract record PermitsEvent
{
    private PermitsEvent()
    {
    }

    public sealed record LimitChanged(EnvironmentName Environment, int MaxParallel) : PermitsEvent;

    public sealed record Requested(RolloutId Rollout) : PermitsEvent;

    public sealed record Granted(RolloutId Rollout) : PermitsEvent;

    /// <summary>Given back, or wanted no longer.</summary>
    public sealed record Returned(RolloutId Rollout) : PermitsEvent;
}
