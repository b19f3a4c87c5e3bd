using System.Globalization;
using OrleansRelease.Core.Planning;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Simulating;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Explaining;

/// <summary>Why a release is where it is, there and on its way, as people read it.</summary>
public static class ReleaseTexts
{
    public static string Of(PassageExplanation it, int width) => string.Join('\n', Lines(it, width));

    public static string Of(ReleaseExplanation it, int width) => string.Join('\n', Lines(it, width));

    /// <summary>Whether it is carried out, or when it would be; after its number.</summary>
    public static string When(PlannedRollback plan) => plan switch
    {
        { IsCarriedOut: true } => "",
        { Reverses: { } reverses } => $", if {reverses} were taken back now",
        _ => ", if all were stopped now",
    };

    /// <summary>
    /// The steps of a service's way back, each with its limit, and what it is expected to take where more is known.
    /// </summary>
    public static IEnumerable<string> Steps(PlannedReturn back)
    {
        ArgumentNullException.ThrowIfNull(back);
        return back.Steps.Select((text, at) => text
            + (back.Limits is { } limits ? $" ≤ {Duration.Format(limits[at])}" : "")
            + (back.Expected is { } all && all[at] is { Source: not DurationSource.Limit } expected
                ? $" (about {Readable.Age(expected.Time)}, {expected.From()})"
                : ""));
    }

    /// <summary>What all of it is expected to take, and what that rests on; null: nobody has looked.</summary>
    public static string? About(PlannedRollback plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        if (plan.Expected is not { } expected) return null;
        var steps = plan.Steps.SelectMany(step => step.Expected ?? []).ToList();
        var measured = steps.Count(step => step.Source == DurationSource.History);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"about {Readable.Age(expected)}: {measured} of {steps.Count} steps measured before")
            + (measured < steps.Count ? ", of the others an attempt's limit" : "");
    }

    /// <summary>The way back, step by step; in the exact reverse of the order forward.</summary>
    public static IEnumerable<string> Back(PlannedRollback plan)
    {
        if (plan.NotKnown is { } reason)
        {
            yield return $"how it would be taken back is not known: {reason}";
            yield break;
        }

        if (plan.With is { IsEmpty: false } with) yield return $"takes back with it: {string.Join(", ", with)}";
        if (plan.Steps.IsEmpty) yield return "nothing has happened that would have to go back";
        for (var i = 0; i < plan.Steps.Length; i++)
        {
            var step = plan.Steps[i];
            var after = step.After.IsEmpty ? "" : $", after {string.Join(", ", step.After)}";
            yield return $"{i + 1} {step.Service} to {step.To?.ToString() ?? "nothing"}: "
                + $"{string.Join(", then ", Steps(step))}{after}, "
                + $"at most {Duration.Format(step.AtMost)}"
                + (step.Standing is null ? "" : $" · {step.Standing}");
        }

        if (plan.Stabilises is { } rule) yield return Stabilises(rule);
        foreach (var text in WhoStands.TextsOf(plan.StandOn, plan.StandOnNotKnown)) yield return text;
        foreach (var left in plan.Left) yield return $"{left.Service} stays as it is: {left.Reason}";
    }

    /// <summary>What comes after a way back, and is no part of the time announced for it.</summary>
    public static string Stabilises(Stabilise rule) =>
        $"then its criteria have to hold for {Duration.Format(rule.For)} again until it is called rolled back: "
        + $"{Duration.Format(rule.Expected)} if all is good, at most {Duration.Format(rule.Within)}, no part of its "
        + "time";

    private static IEnumerable<string> Lines(PassageExplanation it, int width)
    {
        var since = $"{Loud(it.Phase)} for {Readable.Age(it.Now - it.Since)} "
            + $"(since {Readable.Clock(it.Since, it.Now)})";
        yield return Layout.Ends($"{it.Id.Release} · {it.Id.Environment} · {it.Id}", since, width);
        foreach (var line in Layout.Under("because", it.Because)) yield return line;
        foreach (var line in Layout.Under("moves", Moves(it.Moves, it.Refused, it.Now))) yield return line;
        foreach (var line in Layout.Under("services", it.Services.Select(Service))) yield return line;
        if (it.WayBack is not { } back) yield break;
        foreach (var line in Layout.Under(
            "way back",
            Back(back).Prepend($"plan {back.Number}{When(back)}, at most {Duration.Format(back.AtMost)}")))
        {
            yield return line;
        }
    }

    private static IEnumerable<string> Lines(ReleaseExplanation it, int width)
    {
        var since = $"{it.Phase} for {Readable.Age(it.Now - it.Since)} (since {Readable.Clock(it.Since, it.Now)})";
        yield return Layout.Ends($"{it.Name}", since, width);
        foreach (var line in Layout.Under("because", it.Because)) yield return line;
        foreach (var line in Layout.Under("moves", Moves(it.Moves, it.Refused, it.Now))) yield return line;
        foreach (var line in Layout.Under("where", it.Environments.Select(leg =>
            $"{leg.Environment} {leg.Standing}{(leg.Passage is { } passage ? $" · {passage}" : "")}")))
        {
            yield return line;
        }
    }

    private static IEnumerable<string> Moves(
        IEnumerable<Move> moves, IEnumerable<RefusedMove> refused, DateTimeOffset now)
    {
        foreach (var move in moves)
        {
            var at = move.At is { } time ? $", {(time < now ? "due since" : "at")} {Readable.Clock(time, now)}" : "";
            yield return $"{(move.By == MovedBy.Itself ? "by itself" : "by you"),-12}{move.Command ?? move.What}{at}";
        }

        foreach (var why in refused.GroupBy(one => one.Why))
            yield return $"{"refused",-12}{string.Join(", ", why.Select(one => one.What))}: {why.Key}";
    }

    // Where it comes from is known with its slot.
    private static string Service(ExplainedPart part) => part.Rollout is { } rollout
        ? $"{part.Service} {part.From?.ToString() ?? "nothing"} → {part.To?.ToString() ?? "nothing"} · {part.Standing} "
            + $"· {rollout}"
        : $"{part.Service} → {part.To?.ToString() ?? "nothing"} · {part.Standing}";

    private static string Loud(PassagePhase phase) => phase switch
    {
        PassagePhase.Paused => "PAUSED",
        PassagePhase.Failed => "FAILED",
        PassagePhase.RollingBack => "ROLLING BACK",
        PassagePhase.Stabilising => "STABILISING",
        _ => $"{phase}",
    };
}
