using Npgsql;

namespace OrleansRelease.LoadTests.Failover;

/// <summary>What the log tells of when things were due and when they were decided; asked for with plain SQL.</summary>
internal sealed class Record(string connection) : IAsyncDisposable
{
    private const string Steps =
        """
        WITH step AS (
            SELECT key, at / 1e6 AS at,
                   extract(epoch FROM (transition::json ->> 'nextWake')::timestamptz)::float8 AS due,
                   lead(at) OVER (PARTITION BY key ORDER BY seq) / 1e6 AS next
            FROM log WHERE kind = 'rollout' AND key LIKE @keys
        )
        """;

    // The last decision of each rollout before the moment, and how long after it was due, or after the moment, the next
    // one came. One that has not come yet is at least so late.
    private const string AfterMoment = Steps +
        """

        SELECT greatest(0, coalesce(next, @now) - greatest(due, @moment)) FROM step
        WHERE at <= @moment AND (next IS NULL OR next > @moment) AND due <= @until
        """;

    private const string Between = Steps +
        """

        SELECT greatest(0, coalesce(next, @now) - due) FROM step
        WHERE at <= @until AND due BETWEEN @moment AND @until
        """;

    private readonly NpgsqlDataSource _source = NpgsqlDataSource.Create(
        new NpgsqlConnectionStringBuilder(connection) { CommandTimeout = 120 });

    /// <summary>The store's time, in seconds since 1970.</summary>
    public Task<double> NowAsync(CancellationToken cancellation) => ScalarAsync<double>(
        "SELECT extract(epoch FROM clock_timestamp())::float8", cancellation);

    /// <summary>How many rollouts to a version are in a phase.</summary>
    public Task<long> CountAsync(string version, string phase, CancellationToken cancellation) => ScalarAsync<long>(
        $"SELECT count(*) FROM row WHERE kind = 'rollout' AND version = '{version}' AND phase = '{phase}'",
        cancellation);

    /// <summary>Decisions on record.</summary>
    public Task<long> DecisionsAsync(CancellationToken cancellation) =>
        ScalarAsync<long>("SELECT count(*) FROM log", cancellation);

    /// <summary>
    /// For each rollout that had something due by the end: how late its first decision after the moment was.
    /// </summary>
    public Task<Lateness> AfterAsync(double moment, double until, string keys, CancellationToken cancellation) =>
        LatenessAsync(AfterMoment, moment, until, keys, cancellation);

    /// <summary>How late each decision was that became due in between.</summary>
    public Task<Lateness> BetweenAsync(double from, double until, string keys, CancellationToken cancellation) =>
        LatenessAsync(Between, from, until, keys, cancellation);

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private async Task<Lateness> LatenessAsync(
        string text, double moment, double until, string keys, CancellationToken cancellation)
    {
        var now = await NowAsync(cancellation);
        await using var command = _source.CreateCommand(text);
        command.Parameters.AddWithValue("now", now);
        command.Parameters.AddWithValue("moment", moment);
        command.Parameters.AddWithValue("until", until);
        command.Parameters.AddWithValue("keys", keys);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var late = new List<double>();
        while (await reader.ReadAsync(cancellation)) late.Add(reader.GetDouble(0));
        return Lateness.Of(late);
    }

    private async Task<T> ScalarAsync<T>(string text, CancellationToken cancellation)
    {
        await using var command = _source.CreateCommand(text);
        return (T)(await command.ExecuteScalarAsync(cancellation))!;
    }
}

/// <summary>Seconds after what was due.</summary>
internal sealed record Lateness(int Count, double Median, double P99, double Max)
{
    public static Lateness Of(List<double> seconds)
    {
        if (seconds.Count == 0) return new(0, 0, 0, 0);
        seconds.Sort();
        double At(double share) => Math.Round(seconds[(int)Math.Min(seconds.Count - 1, seconds.Count * share)], 3);
        return new(seconds.Count, At(0.5), At(0.99), At(1));
    }
}
