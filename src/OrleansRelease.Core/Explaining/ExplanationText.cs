using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Explaining;

/// <summary>Why a rollout is where it is; what somebody can do about it comes before what is good to know.</summary>
public static class ExplanationText
{
    public static string Of(Explanation it, int width) => string.Join('\n', Lines(it, width));

    public static IEnumerable<string> Lines(Explanation it, int width)
    {
        yield return Headline(it, width);
        foreach (var line in Layout.Under("because", it.Because)) yield return line;
        foreach (var line in Layout.Under("moves", Moves(it))) yield return line;
        foreach (var line in Layout.Under("customers", Customers(it))) yield return line;
        foreach (var line in Layout.Under("budgets", Burns(it))) yield return line;
        foreach (var line in Layout.Under("trail", it.Trail?.Lines(it.Now) ?? [])) yield return line;
        foreach (var line in Layout.Under("way back", WayBack(it))) yield return line;
        if (it.Owner is { } owner) yield return $"{"owner",-10}{owner}";
        if (it.Runbook is { } runbook) yield return $"{"see",-10}{runbook}";
    }

    private static string Headline(Explanation it, int width)
    {
        var moving = Readable.Moving(it.Id.Slot, it.From, it.To, it.Id.ToString());
        var phase = $"{Readable.Loud(it.Phase)} at {it.Share} for {Readable.Age(it.Now - it.Since)} "
            + $"(since {Readable.Clock(it.Since, it.Now)})";
        return Layout.Ends(moving, phase, width);
    }

    private static IEnumerable<string> Moves(Explanation it)
    {
        foreach (var move in it.Moves)
        {
            var who = move.By == MovedBy.Itself ? "by itself" : "by you";
            var at = move.At is { } time
                ? $", {(time < it.Now ? "due since" : "at")} {Readable.Clock(time, it.Now)}"
                : "";
            var bound = move is { By: MovedBy.You, What: "abort" } && it.WayBack.AtMost > TimeSpan.Zero
                ? $"   ≤ {Readable.Age(it.WayBack.AtMost)}"
                : "";
            yield return $"{who,-12}{move.Command ?? move.What}{at}{bound}";
        }

        foreach (var why in it.Refused.GroupBy(refused => refused.Why))
            yield return $"{"refused",-12}{string.Join(", ", why.Select(refused => refused.What))}: {why.Key}";
        if (it.Moves.IsEmpty && it.Refused.IsEmpty) yield return "nothing";
    }

    private static IEnumerable<string> Customers(Explanation it)
    {
        if (it.Customers is not { } impact) yield break;
        yield return $"{it.Share} of requests; {Explaining.Customers.Text(impact)}"
            + (impact.Newest is { } newest ? $", newest {newest}" : "");
    }

    private static IEnumerable<string> Burns(Explanation it) => (it.Burns ?? []).Select(burn =>
        $"{burn.Metric} {burn.Verdict} at {Readable.Clock(burn.At, it.Now)}: {burn.Detail}");

    private static IEnumerable<string> WayBack(Explanation it)
    {
        if (it.Phase.IsOver) yield break;
        var to = it.WayBack.To?.ToString() ?? "nothing: there was no version before";
        yield return to + (it.WayBack.Health is { } health ? $", {health}" : "")
            + (it.WayBack.AtMost > TimeSpan.Zero ? $", at most {Duration.Format(it.WayBack.AtMost)}" : "");
        if (!it.WayBack.Steps.IsEmpty) yield return string.Join(", then ", it.WayBack.Steps);
    }
}
