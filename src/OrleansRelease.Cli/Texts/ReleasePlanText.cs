using System.Collections.Immutable;
using System.Globalization;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Freezes;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Planning;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Cli.Texts;

/// <summary>What starting a release would do, forward and back.</summary>
internal static class ReleasePlanText
{
    public static string Of(ReleasePlan plan, DateTimeOffset now, int width) => string.Join('\n',
    [
        Headline(plan, width),
        .. plan.IsReady
            ? Layout.Under("READY", [Text($"at least {Duration.Format(plan.AtLeast)} if nothing waits")
                + Text($" · {plan.MaxParallel} at once")])
            : Layout.Under("REFUSED", plan.Refusals.SelectMany(PlanText.Refused)),
        .. Layout.Under("HELD", Held(plan)),
        .. Layout.Under("FROZEN", Frozen(plan, now)),
        .. Layout.Under("REQUIRES", plan.Requires.Select(Required)),
        .. Layout.Under("FORWARD", Words.Columns([.. plan.Moves.Select(Forward)])),
        .. Layout.Under("BACK", Words.Columns([.. Steps(plan).Select(step => new[]
        {
            Text($"{step.Wave,2} {step.Return.Service}"), Moving(step.Move.To, step.Return.To),
            $"at most {Duration.Format(step.Return.AtMost)}", After(step.Return.After),
        })])),
        .. Layout.Under("BOUND", Bound(plan, width)),
        .. Layout.Under("PRICE", plan.Moves.SelectMany(move =>
            (move.Prices ?? []).Select(price => $"{move.Service} {price.Text()}"))),
        .. Layout.Under("EMERGENCY", PlanText.Emergency(plan.Emergency)),
        .. Layout.Under("AFTER", Afterwards(plan)),
    ]);

    /// <summary>The way back alone, step by step.</summary>
    public static string Back(ReleasePlan plan, int width) => string.Join('\n',
    [
        Headline(plan, width),
        .. Layout.Under("REFUSED", plan.Refusals.SelectMany(PlanText.Refused)),
        .. Layout.Under("HELD", Held(plan)),
        .. Layout.Under("BACK", Steps(plan).SelectMany(step => Detail(step.Wave, step.Return, step.Move, width))),
        .. Layout.Under("EXPECTED", ReleaseTexts.About(plan.Back) is { } about ? [about] : []),
        .. Layout.Under("AT MOST", ReleaseText.AtMost(plan.Back, width)),
        .. Layout.Under("STABLE", Stable(plan, width)),
        .. Layout.Under("THEN", [$"may be moved again in this order: {Names(plan.Back.Resume)}"]),
        .. Layout.Under("BOUND", Bound(plan, width)),
    ]);

    private static string Headline(ReleasePlan plan, int width) => Layout.Ends(
        Text($"{plan.Release} · {plan.Environment} · {plan.Moves.Length} ")
            + Text($"{(plan.Moves.Length == 1 ? "service" : "services")}, {plan.Waves} ")
            + (plan.Waves == 1 ? "wave" : "waves"),
        $"changes nothing · plan {PlanText.Short(plan.SpecHash)}", width);

    private static IEnumerable<string> Held(ReleasePlan plan) => PlanText.Held(
    [
        .. plan.Moves.Select(move => move.HeldBy?.Text(move.Service)).OfType<string>(),
    ]);

    private static IEnumerable<string> Frozen(ReleasePlan plan, DateTimeOffset now) => plan.Freeze is { } freeze
        ? [FreezeText.Of(plan.Environment, freeze, now), "what is started waits at its first step until then"]
        : [];

    private static string Required(PlannedRequirement required) =>
        required.IsMet ? $"{required.Text()}, at least {required.AtLeast} is required"
        : required.Otherwise == Otherwise.Wait ? $"{required.Text()}: it would wait"
        : $"{required.Text()}: it does not wait for that";

    private static string[] Forward(PlannedMove move) =>
    [
        Text($"{move.Wave,2} {move.Service}"), Moving(move.From, move.To), move.Strategy,
        $"at least {Duration.Format(move.AtLeast)}", string.Join("; ", WaitsFor(move)),
    ];

    private static IEnumerable<string> WaitsFor(PlannedMove move)
    {
        if (!move.After.IsEmpty) yield return "after " + string.Join(", ", move.After.Select(Need));
        foreach (var wait in move.WaitsFor ?? [])
        {
            yield return wait.IsMet
                ? $"{wait.Service} {wait.AtLeast} or later is there"
                : $"{wait.Text()}: it would wait";
        }
    }

    private static string Need(PlannedNeed need) =>
        $"{need.On} ({(need.Origin == NeedOrigin.Release ? "release" : "catalogue")})";

    // Whatever has to be back before is of an earlier number; the plan has them in that order.
    private static IEnumerable<(int Wave, PlannedReturn Return, PlannedMove Move)> Steps(ReleasePlan plan)
    {
        var moves = plan.Moves.ToDictionary(move => move.Service);
        var waves = new Dictionary<ServiceName, int>();
        foreach (var step in plan.Back.Steps)
        {
            waves[step.Service] = 1 + step.After.Select(name => waves[name]).DefaultIfEmpty(0).Max();
            yield return (waves[step.Service], step, moves[step.Service]);
        }
    }

    private static IEnumerable<string> Detail(int wave, PlannedReturn step, PlannedMove move, int width) =>
    [
        Text($"{wave,2} {step.Service} {Moving(move.To, step.To)}, at most {Duration.Format(step.AtMost)}")
            + (step.After.IsEmpty ? "" : $", {After(step.After)}"),
        .. Words.Wrap(ReleaseTexts.Steps(step), ", then ", width - Layout.Label - 3).Select(line => $"   {line}"),
    ];

    private static IEnumerable<string> Sum(string label, ImmutableArray<BoundPart> parts, int width) =>
        Words.Wrap(parts.Select(PlanText.Part), " + ", width - Layout.Label - label.Length)
            .Select((line, i) => (i == 0 ? label : new string(' ', label.Length)) + line);

    private static IEnumerable<string> Bound(ReleasePlan plan, int width)
    {
        if (plan.Bound is not { } bound)
        {
            yield return "none: nothing bounds how long it takes to find out";
            yield break;
        }

        var limit = plan.RollbackWithin is { } within ? $"limit {Duration.Format(within)}" : "no limit was set";
        yield return $"≤ {Duration.Format(bound.Total)} ({limit}) from the first bad request:";
        foreach (var line in Sum("  to find out  ", bound.Detect, width)) yield return line;
        foreach (var line in Sum("  to go back   ", bound.Back, width)) yield return line;
    }

    private static IEnumerable<string> Afterwards(ReleasePlan plan)
    {
        yield return plan.OnFailure switch
        {
            OnFailure.RollbackRelease => "when a service fails, all of it goes back",
            OnFailure.RollbackService => "when a service fails, it goes back alone, and what needs it never begins",
            _ => "when a service fails, nothing more begins until a person decides",
        };
        foreach (var line in Stable(plan, 0)) yield return line;
        foreach (var keep in plan.Moves.Where(move => move.From is not null).GroupBy(move => move.KeepPrevious))
        {
            yield return $"the version before keeps running for {Duration.Format(keep.Key)} after its end: "
                + Names(keep.Select(move => move.Service));
        }

        foreach (var move in plan.Moves)
        {
            if (move.NeverUndone is { } never)
                yield return $"no way back undoes {PlanText.Hooks(never)} of {move.Service}";
        }
    }

    // On one line where the others of its block are.
    private static IEnumerable<string> Stable(ReleasePlan plan, int width)
    {
        if (plan.Back.Stabilises is not { } rule) return [];
        return width == 0
            ? [$"a way back is called done when its criteria have held for {Duration.Format(rule.For)} again"]
            : Words.Wrap(ReleaseTexts.Stabilises(rule).Split(' '), " ", width - Layout.Label);
    }

    private static string Moving(VersionName? from, VersionName? to) =>
        $"{from?.ToString() ?? "nothing"} → {to?.ToString() ?? "nothing"}";

    private static string After(ImmutableArray<ServiceName> services) =>
        services.IsEmpty ? "" : $"after {Names(services)}";

    private static string Names(IEnumerable<ServiceName> services) => string.Join(", ", services);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
