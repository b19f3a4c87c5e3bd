namespace OrleansRelease.Adapters.Outgoing;

/// <summary>
/// A window that is over by this server's clock may not be by the source's, which then says so (425): it is asked
/// again a little later, for longer than the clocks may be apart.
/// </summary>
internal static class TooEarly
{
    public const int Status = 425;

    public const int MostAsked = 5;

    public static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(200);

    /// <summary>The first answer that <paramref name="isEarly"/> is not true of, or the last one.</summary>
    public static async Task<T> AskAsync<T>(
        Func<Task<T>> ask, Predicate<T> isEarly, TimeProvider time, CancellationToken cancellation)
    {
        for (var asked = 1; ; asked++)
        {
            var answer = await ask();
            if (asked == MostAsked || !isEarly(answer)) return answer;
            await Task.Delay(Wait, time, cancellation);
        }
    }
}
