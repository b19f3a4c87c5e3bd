using System.Globalization;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Simulating;

/// <summary>Where a duration comes from, the most telling first.</summary>
public enum DurationSource
{
    /// <summary>How long it has taken before.</summary>
    History,

    /// <summary>Its manifest says how long it takes.</summary>
    Declared,

    /// <summary>Nobody knows: the time that one attempt may take.</summary>
    Limit,

    /// <summary>It lasts until a person acts, and counts for nothing here.</summary>
    Person,
}

/// <summary>How long something is expected to take, and why; with how many times it rests on.</summary>
public sealed record Expected(TimeSpan Time, DurationSource Source, int Samples = 0)
{
    /// <summary>Where it is from, as people read it.</summary>
    public string From() => Source switch
    {
        DurationSource.History => string.Create(CultureInfo.InvariantCulture, $"median of {Samples}"),
        DurationSource.Declared => "declared",
        DurationSource.Limit => "limit",
        _ => "until a person acts",
    };
}

/// <summary>How long a step of a service has taken, of so many times.</summary>
public sealed record PastDuration(TimeSpan Median, int Samples);

/// <summary>What is known of past durations, by service and <see cref="StepNames"/>; null where nothing is.</summary>
public delegate PastDuration? History(ServiceName service, string step);

/// <summary>
/// A service as it would be moved: its instances run twice while both versions do. Null: only its target knows them.
/// </summary>
public sealed record SimulatedSlot(RolloutSpec Spec, VersionName? Baseline, int? Instances)
{
    public static SimulatedSlot Of(RolloutSpec spec, VersionName? baseline)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return new(spec, baseline, spec.Target.Adapter == WebhookWords.Target ? null : ReplicasOf(spec.Target));
    }

    private static int ReplicasOf(TargetConnection target) => int.TryParse(
        target.Settings.GetValueOrDefault(ProcessWords.Replicas), NumberStyles.None, CultureInfo.InvariantCulture,
        out var number) ? number : 1;
}

/// <summary>
/// By what steps are the same from one release to the next: as people read them, and on the way back without the
/// versions.
/// </summary>
public static class StepNames
{
    public static string Of(Step step) => Wording.Of(step);

    public static string Of(UndoStep step) => Vocabulary.WordOf(step);
}

/// <summary>Chooses how long a step takes: history, else what is declared, else a limit.</summary>
internal static class Durations
{
    public static Expected Of(History history, RolloutSpec spec, Step step) =>
        Known(history, spec, StepNames.Of(step)) ?? step switch
        {
            Step.Deploy => new(spec.Target.DeployLimits.Timeout, DurationSource.Limit),
            Step.SetWeight => new(spec.Traffic.Limits.Timeout, DurationSource.Limit),
            Step.Pause { Duration: { } duration } => new(duration, DurationSource.Declared),
            Step.Pause => new(TimeSpan.Zero, DurationSource.Person),
            Step.Verify verify => new(verify.Duration, DurationSource.Declared),
            Step.Hook hook => new(hook.Call.Limits.Timeout, DurationSource.Limit),
            Step.Analyse analysis => new(analysis.AtLeast, DurationSource.Declared),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    public static Expected Of(History history, RolloutSpec spec, UndoStep step) =>
        Known(history, spec, StepNames.Of(step)) ?? step switch
        {
            UndoStep.EnsureBaseline => new(spec.Target.DeployLimits.Timeout, DurationSource.Limit),
            UndoStep.RestoreTraffic => new(spec.Traffic.Limits.Timeout, DurationSource.Limit),
            UndoStep.RetireCandidate => new(spec.Target.RetireLimits.Timeout, DurationSource.Limit),
            UndoStep.UndoHook undo => new(spec.HookOf(undo.Hook).Undo!.Limits.Timeout, DurationSource.Limit),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    private static Expected? Known(History history, RolloutSpec spec, string step) =>
        history(spec.Service, step) is { } past
            ? new(past.Median, DurationSource.History, past.Samples)
            : null;
}
