using System.Collections.Concurrent;
using System.Diagnostics;
using OrleansRelease.Storage.Databases;

namespace OrleansRelease.Storage.Tests;

/// <summary>The lanes of a writer begin with the first write, and outlive its trace.</summary>
[Collection(PostgresCollection.Name)]
public sealed class WhenWritesAreTraced(SharedPostgres postgres) : IAsyncLifetime
{
    private const string Asking = "OrleansRelease.Storage.Tests";

    private readonly ActivitySource _asking = new(Asking);
    private readonly ConcurrentQueue<Activity> _spans = [];
    private ActivityListener _listener = null!;
    private PostgreSql _database = null!;

    public async Task InitializeAsync()
    {
        var connection = await postgres.Server.CreateDatabaseAsync();
        await Store.MigrateAsync(StorageOptions.PostgreSql(connection), TimeProvider.System);
        _database = new PostgreSql(connection, TimeProvider.System);
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is Asking or StorageNames.Traces or "Npgsql",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) =>
                ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _spans.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public async Task DisposeAsync()
    {
        _listener.Dispose();
        _asking.Dispose();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task A_commit_and_what_the_database_does_for_it_are_in_the_trace_of_the_write_and_in_no_other()
    {
        var (first, second) = (await WriteTracedAsync("first"), await WriteTracedAsync("second"));
        await WriteAsync("alone");

        foreach (var trace in (ActivityTraceId[])[first, second])
        {
            var commit = Assert.Single(Of(trace), span => span.OperationName == "commit");
            Assert.Contains(Of(trace), span => span.Source.Name == "Npgsql" && span.ParentSpanId == commit.SpanId);
        }

        Assert.Equal(2, _spans.Count(span => span.OperationName == "commit"));
    }

    private IEnumerable<Activity> Of(ActivityTraceId trace) => _spans.Where(span => span.TraceId == trace);

    private async Task<ActivityTraceId> WriteTracedAsync(string key)
    {
        using var asking = _asking.StartActivity(key)!;
        await WriteAsync(key);
        return asking.TraceId;
    }

    private Task WriteAsync(string key) => _database.Writer.WriteAsync(BareRow.Write(key));
}
