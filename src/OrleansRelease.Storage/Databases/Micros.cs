namespace OrleansRelease.Storage.Databases;

/// <summary>Times as both databases store them: microseconds since 1970, so that an index can order them.</summary>
internal static class Micros
{
    public static long Of(DateTimeOffset at) =>
        (at.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond;

    /// <summary>Rounds up: what the index calls due must be due for the grain that is woken, too.</summary>
    public static long NotBefore(DateTimeOffset at) =>
        at.UtcTicks % TimeSpan.TicksPerMicrosecond == 0 ? Of(at) : Of(at) + 1;

    public static DateTimeOffset Time(long micros) =>
        DateTimeOffset.UnixEpoch.AddTicks(micros * TimeSpan.TicksPerMicrosecond);
}
