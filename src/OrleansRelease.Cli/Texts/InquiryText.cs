using System.Globalization;
using OrleansRelease.Core.Attribution;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Inquiries;

namespace OrleansRelease.Cli.Texts;

/// <summary>What was found out about a service that got worse.</summary>
internal static class InquiryText
{
    public static string Of(InquiryState it, DateTimeOffset now) => string.Join('\n',
    [
        $"{it.Slot} · {it.Objective} worse since {Readable.Clock(it.Onset, now)}"
            + (it.OverAt is { } over ? $", closed at {Readable.Clock(over, now)}" : ""),
        .. Layout.Under("bad", [$"{Share(it.Last.Before)} before, {Share(it.Last.Since)} since"]),
        .. Layout.Under("found", [$"{Found(it.Last)}, at {Readable.Clock(it.Last.At, now)}"]),
        .. Layout.Under("blamed", it.Blamed.Select(one =>
            $"{one.Rollout}, at {Readable.Clock(one.Finding.At, now)}")),
        .. Layout.Under("outside", [$"{Readable.Percent(it.Last.Outside)} that it is none of them"]),
        .. it.Last.Ranked.SelectMany(one => Layout.Under(
            "suspect", [
                $"{one.Rollout} {Advice(one.Advice)}: {Readable.Percent(one.Probability)} that it is a cause",
                .. one.Words.Split("; "),
            ])),
    ]);

    private static string Found(Finding finding) => finding.Judgement switch
    {
        Judgement.Blame blame => $"{blame.Rollout} made it worse, and goes back",
        Judgement.NotAmongThem => "none of those that move made it worse, and all go on",
        Judgement.Ended => "closed, and who held goes on",
        Judgement.Undecided { Telling: { } telling } open =>
            $"not decided, all hold: {open.Reason}; taking back {telling} would tell most",
        Judgement.Undecided open => $"not decided, all hold: {open.Reason}",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static string Advice(Advice advice) => advice switch
    {
        Core.Attribution.Advice.GoBack => "goes back",
        Core.Attribution.Advice.Hold => "holds",
        _ => "goes on",
    };

    private static string Share(Count count) => count.Total > 0
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"{count.Bad:#,0.#} of {count.Total:#,0.#} ({Readable.Percent(count.Bad / count.Total)})")
        : "nothing";
}

/// <summary>An inquiry as the API tells it.</summary>
internal sealed record InquiryAnswer(InquiryState State);
