using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Slots;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Cli.Texts;

/// <summary>A rollout as the API tells it.</summary>
internal sealed record RolloutAnswer(
    RolloutId Id, Phase Phase, Weight Share, long Sequence, DateTimeOffset? NextWake, RolloutState State);

/// <summary>What an abort did, as the API tells it: one that had not begun has no state of its own.</summary>
internal sealed record AbortedAnswer(RolloutId Id, RolloutAnswer? Rollout);

/// <summary>A rollout in short, and what a command did to it.</summary>
internal static class RolloutText
{
    public static string Of(RolloutAnswer it, DateTimeOffset now) =>
        $"{it.Id} {it.State.Baseline?.ToString() ?? "nothing"} → {it.State.Version} is {it.Phase} at "
        + $"{it.Share} for {Readable.Age(now - it.State.PhaseSince)}"
        + (it.NextWake is { } wake ? $", next {Readable.Clock(wake, now)}" : "");

    public static string OfStart(StartAnswer started, bool dryRun)
    {
        var place = started.QueuePlace == 0 ? "" : $", {started.QueuePlace} before it";
        return dryRun
            ? $"{started.RolloutId} would start{place} (dry run)"
            : $"{started.RolloutId} {(started.QueuePlace == 0 ? "started" : "waits")}{place}\n"
                + $"next      orel rollout watch {started.RolloutId}";
    }

    public static string OfAbort(AbortedAnswer it, bool dryRun) => it.Rollout is { } rollout
        ? OfCommand("abort", rollout, dryRun)
        : $"{it.Id} {(dryRun ? "would leave" : "has left")} the queue{(dryRun ? " (dry run)" : "")}";

    public static string OfCommand(string verb, RolloutAnswer it, bool dryRun) => dryRun
        ? $"{it.Id} would be {it.Phase} after {verb} (dry run)"
        : $"{it.Id} is {it.Phase} at {it.Share}";
}
