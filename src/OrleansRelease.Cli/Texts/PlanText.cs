using System.Collections.Immutable;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Freezes;
using OrleansRelease.Core.Planning;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Cli.Texts;

/// <summary>What a start would do, forward and back.</summary>
internal static class PlanText
{
    private const int ShortHash = 6;

    public static string Of(RolloutPlan plan, DateTimeOffset now, int width) =>
        string.Join('\n', Lines(plan, now, width));

    private static IEnumerable<string> Lines(RolloutPlan plan, DateTimeOffset now, int width) =>
    [
        Layout.Ends(
            Readable.Moving(plan.Slot, plan.From, plan.To, plan.Strategy),
            $"changes nothing · plan {Short(plan.SpecHash)}", width),
        .. plan.IsReady
            ? Layout.Under("READY", [$"at least {AtLeast(plan)} if nothing waits"])
            : Layout.Under("REFUSED", plan.Refusals.SelectMany(Refused)),
        .. Layout.Under("HELD", plan.HeldBy is { } holder ? Held([holder.Text(plan.Slot.Service)]) : []),
        .. Layout.Under("FROZEN", Frozen(plan, now)),
        .. Layout.Under("REQUIRES", (plan.WaitsFor ?? []).Select(Required)),
        .. Layout.Under("FORWARD", Words.Wrap(plan.Forward.Select(step => step.Text), " → ", width - Layout.Label)),
        .. Layout.Under("JUDGED", Words.Columns([.. plan.JudgedOn.Select(Judged)])),
        .. Layout.Under("NO DATA", plan.JudgedOn.Select(Unseen).OfType<string>()),
        .. Layout.Under("BACK", Words.Columns([.. plan.Back.Select((step, i) =>
            new[] { $"{i + 1,2} {step.Text}", $"at most {Duration.Format(step.AtMost)}" })])),
        .. Layout.Under("BOUND", Bound(plan)),
        .. Layout.Under("PRICE", (plan.Prices ?? []).Select(price => price.Text())),
        .. Layout.Under("EMERGENCY", Emergency(plan.Emergency)),
        .. Layout.Under("AFTER", After(plan)),
    ];

    internal static IEnumerable<string> Refused(Core.Commands.Refusal refusal) =>
        refusal.Accepted is { } accepted
            ? [$"{refusal.Reason} ({refusal.Code})", $"  accepted: {accepted}"]
            : [$"{refusal.Reason} ({refusal.Code})"];

    internal static IEnumerable<string> Held(IReadOnlyCollection<string> holders) => holders.Count == 0
        ? []
        : [.. holders, "what is started comes after that, and its way back may lead elsewhere by then"];

    internal static IEnumerable<string> Emergency(string? reason) => reason is null
        ? []
        : [$"neither error budgets nor missing numbers are a hindrance: {reason}"];

    private static string Required(PlannedWait wait) =>
        wait.IsMet ? $"{wait.Text()}, at least {wait.AtLeast} is required" : $"{wait.Text()}: it would wait";

    private static IEnumerable<string> Frozen(RolloutPlan plan, DateTimeOffset now) => plan.Freeze is { } freeze
        ? [FreezeText.Of(plan.Slot.Environment, freeze, now), "what is started waits at its first step until then"]
        : [];

    private static string[] Judged(PlannedMetric metric) =>
    [
        metric.Name, metric.Limit, $"every {Duration.Format(metric.Interval)}",
        metric.DryRun ? "shown, never counted" : $"taken back at the {Ordinal(metric.FailureLimit + 1)} Fail",
    ];

    // Of the version that runs now: of the new one there are none yet.
    private static string? Unseen(PlannedMetric metric) => metric.Telemetry switch
    {
        Telemetry.Absent(var reason) => $"{metric.Name}: {reason}",
        Telemetry.Unanswered(var reason) => $"{metric.Name} was not answered: {reason}",
        _ => null,
    };

    private static IEnumerable<string> Bound(RolloutPlan plan)
    {
        if (plan.Bound is not { } bound)
        {
            yield return "none: no metric that counts has a hard limit";
            yield break;
        }

        yield return $"≤ {Duration.Format(bound.Total)} (limit {Duration.Format(plan.RollbackWithin)}) "
            + $"from the first bad request, by {bound.Metric}:";
        yield return $"  to find out  {Duration.Format(bound.DetectTotal)}: {Sum(bound.Detect)}";
        yield return $"  to go back   {Duration.Format(bound.BackTotal)}: {Sum(bound.Back)}";
        yield return plan.Undecided.Then == UndecidedThen.Rollback
            ? $"  without evidence ≤ {Duration.Format(bound.WithoutEvidence)}: "
                + $"it holds {Duration.Format(plan.Undecided.Hold)}, then rolls back"
            : "  without evidence it holds until somebody decides";
    }

    private static IEnumerable<string> After(RolloutPlan plan)
    {
        if (plan.From is { } from) yield return $"{from} keeps running for {Duration.Format(plan.KeepPrevious)}";
        yield return $"fences: target {plan.TargetFencing}, traffic {plan.TrafficFencing}";
        if (plan.NeverUndone is { } never)
            yield return $"no way back undoes {Hooks(never)}";
    }

    public static string Hooks(IEnumerable<string> names) => string.Join(", ", names.Select(name => $"hook {name}"));

    private static string AtLeast(RolloutPlan plan) =>
        Duration.Format(plan.Forward.Aggregate(TimeSpan.Zero, (sum, step) => sum + step.AtLeast));

    private static string Sum(ImmutableArray<BoundPart> parts) => string.Join(
        " + ", parts.Where(part => part.AtMost > TimeSpan.Zero).Select(Part));

    internal static string Part(BoundPart part) => $"{part.What} {Duration.Format(part.AtMost)}";

    internal static string Short(string hash) =>
        hash.Split(':')[^1] is { Length: > ShortHash } text ? text[..ShortHash] : hash;

    private static string Ordinal(int n) => n switch
    {
        1 => "1st",
        2 => "2nd",
        3 => "3rd",
        _ => $"{n}th",
    };
}
