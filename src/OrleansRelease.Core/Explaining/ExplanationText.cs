using System.Collections.Immutable;
using System.Globalization;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Explaining;

/// <summary>An explanation as people read it: what it says first is what matters first.</summary>
public static class ExplanationText
{
    private const int LabelWidth = 10;

    private const int MoverWidth = 12;

    private const int HeadWidth = 72;

    public static ImmutableArray<string> Of(Explanation explanation) =>
    [
        Head(explanation),
        .. Labelled("because", explanation.Because),
        .. Labelled("moves", [.. explanation.Moves.Select(move => Shown(explanation, move)), .. Refused(explanation)]),
        .. Labelled("customers", Customers(explanation)),
        .. Labelled("way back", WayBack(explanation)),
        .. explanation.Runbook is { } runbook ? Labelled("see", [runbook]) : [],
    ];

    private static string Head(Explanation e)
    {
        var moved = e.From is null ? e.To.ToString() : $"{e.From} → {e.To}";
        var what = $"{e.Id.Slot.Service} {moved} · {e.Id.Slot.Environment} · {e.Id}";
        var since = $"for {Ago(e.Now - e.Since)} (since {Clock(e.Since)})";
        return $"{what.PadRight(HeadWidth)}{Word(e.Phase)} at {e.Share} {since}";
    }

    private static string Shown(Explanation e, Move move) => move switch
    {
        { By: MovedBy.Itself, At: { } at } => $"{"by itself",-MoverWidth}{move.What}, {When(e, at)}",
        { By: MovedBy.Itself } => $"{"by itself",-MoverWidth}{move.What}",
        _ => $"{"by you",-MoverWidth}{move.Command ?? move.What}",
    };

    // Commands that are refused for the same reason share a line.
    private static IEnumerable<string> Refused(Explanation e) =>
        from refused in e.Refused
        group refused.What by refused.Why into same
        select $"{"refused",-MoverWidth}{string.Join(", ", same)}: {same.Key}";

    private static IEnumerable<string> Customers(Explanation e)
    {
        if (e.Customers is not { } impact) yield break;
        var share = impact.Total > 0 ? impact.Bad / impact.Total * 100 : 0;
        yield return string.Create(CultureInfo.InvariantCulture,
            $"{e.Share} of requests; {impact.Bad:0} failed of {impact.Total:0} counted on {e.To} ({share:0.##} %)");
    }

    private static IEnumerable<string> WayBack(Explanation e)
    {
        if (e.WayBack.Steps.IsEmpty) yield break;
        var to = e.WayBack.To is { } version ? $"{version}" : "nothing ran here before";
        var health = e.WayBack.Health is { } seen ? $", {seen}" : "";
        var steps = string.Join(", ", e.WayBack.Steps);
        yield return $"{to}{health} · {steps} · at most {Duration.Format(e.WayBack.AtMost)}";
    }

    private static IEnumerable<string> Labelled(string label, IEnumerable<string> lines) =>
        lines.Select((line, index) => (index == 0 ? label : "").PadRight(LabelWidth) + line);

    private static string Word(Phase phase) => phase switch
    {
        Phase.Paused => "PAUSED",
        Phase.Failed => "FAILED",
        _ => phase.ToString(),
    };

    private static string When(Explanation e, DateTimeOffset at) =>
        at <= e.Now ? "now" : $"{Clock(at)} (in {Ago(at - e.Now)})";

    private static string Ago(TimeSpan time) => Duration.Format(
        TimeSpan.FromSeconds(Math.Round(time > TimeSpan.Zero ? time.TotalSeconds : 0)));

    private static string Clock(DateTimeOffset at) => at.ToString("HH:mm:ss", CultureInfo.InvariantCulture) + "Z";
}
