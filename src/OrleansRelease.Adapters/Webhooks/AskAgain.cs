using OrleansRelease.Adapters.Outgoing;

namespace OrleansRelease.Adapters.Webhooks;

/// <summary>How long to wait before asking again: as it is asked for, within bounds.</summary>
internal static class AskAgain
{
    public static readonly TimeSpan Usual = TimeSpan.FromSeconds(1);

    public static readonly TimeSpan Least = TimeSpan.FromMilliseconds(200);

    public static readonly TimeSpan Most = TimeSpan.FromSeconds(30);

    public static TimeSpan After(HttpAnswer answer, DateTimeOffset now)
    {
        var said = answer.RetryAfter is { } retry ? retry.Delta ?? (retry.Date - now) ?? Usual : Usual;
        return said < Least ? Least : said > Most ? Most : said;
    }
}
