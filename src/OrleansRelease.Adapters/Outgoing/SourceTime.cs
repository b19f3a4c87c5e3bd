using System.Globalization;
using OrleansRelease.Core.Analysis;

namespace OrleansRelease.Adapters.Outgoing;

/// <summary>
/// What time it was at the origin of an answer: to the millisecond where it says so in <c>X-Time-Ms</c>, else by
/// <c>Date</c>, which servers round down to a second and renew once in a second.
/// </summary>
internal readonly record struct SourceTime(DateTimeOffset Earliest, DateTimeOffset Latest)
{
    public static readonly TimeSpan DateIsWithin = TimeSpan.FromSeconds(2);

    /// <summary>Null when the answer does not say, or was kept by something in between.</summary>
    public static SourceTime? Of(HttpResponseMessage response)
    {
        if (response.Headers.TryGetValues(Clocks.Header, out var said)
            && long.TryParse(said.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())
        {
            var at = DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
            return new SourceTime(at, at);
        }

        return response.Headers.Date is { } date && response.Headers.Age is null
            ? new SourceTime(date, date > DateTimeOffset.MaxValue - DateIsWithin ? date : date + DateIsWithin)
            : null;
    }

    /// <summary>
    /// What is wrong with the clock, or null. Only what is certain counts: the answer was given at some moment between
    /// <paramref name="sent"/> and <paramref name="arrived"/>.
    /// </summary>
    public string? ProblemOf(Uri origin, DateTimeOffset sent, DateTimeOffset arrived)
    {
        var (ahead, behind) = (Earliest - arrived, sent - Latest);
        return ahead > Clocks.MostApart ? Text(origin, ahead, "ahead of")
            : behind > Clocks.MostApart ? Text(origin, behind, "behind")
            : null;
    }

    private static string Text(Uri origin, TimeSpan apart, string word) => string.Create(
        CultureInfo.InvariantCulture,
        $"the clock of {origin.GetLeftPart(UriPartial.Authority)} is {apart.TotalSeconds:0.0} s {word} this server's: "
        + $"windows would be of another time; at most {Clocks.MostApart.TotalSeconds:0.0} s is right");
}
