using System.Diagnostics;
using System.Globalization;
using OrleansRelease.Ports.Storage;
using OrleansRelease.Storage;
using OrleansRelease.Testing;

namespace OrleansRelease.LoadTests.Limit;

/// <summary>So many writers, each with a row of its own, each write after the one before it was acknowledged.</summary>
internal sealed class StoreWriters(OpenStore store, StorageWriter way) : IAsyncDisposable
{
    private const string Kind = "rollout";

    private readonly Dictionary<int, GrainState<RowRecord>> _rows = [];

    public static async Task<StoreWriters> OpenAsync(string connection, StorageWriter way) => new(
        await OpenStore.StartAsync(StorageOptions.PostgreSql(connection) with { Writer = way }), way);

    public async Task<Turn> RunAsync(int writers, TimeSpan time, CancellationToken cancellation)
    {
        // Each row is there before the clock starts: a first write is another statement than all that follow.
        await Task.WhenAll(Enumerable.Range(0, writers).Select(WriteAsync));
        var began = Stopwatch.GetTimestamp();
        var took = await Task.WhenAll(Enumerable.Range(0, writers)
            .Select(writer => WriteForAsync(writer, began, time, cancellation)));
        var elapsed = Stopwatch.GetElapsedTime(began);
        var all = took.SelectMany(times => times).Order().ToList();
        return new(all.Count / elapsed.TotalSeconds, all[(int)(all.Count * 0.99)]);
    }

    public ValueTask DisposeAsync() => store.DisposeAsync();

    private async Task<List<double>> WriteForAsync(
        int writer, long began, TimeSpan time, CancellationToken cancellation)
    {
        var took = new List<double>();
        while (Stopwatch.GetElapsedTime(began) < time && !cancellation.IsCancellationRequested)
        {
            var before = Stopwatch.GetTimestamp();
            await WriteAsync(writer);
            took.Add(Stopwatch.GetElapsedTime(before).TotalMilliseconds);
        }

        return took;
    }

    private async Task WriteAsync(int writer)
    {
        var key = string.Create(CultureInfo.InvariantCulture, $"{way}-{writer}");
        if (!_rows.TryGetValue(writer, out var row))
        {
            row = new GrainState<RowRecord>(new RowRecord());
            lock (_rows) _rows[writer] = row;
        }

        var sequence = row.ETag is { } etag ? long.Parse(etag, CultureInfo.InvariantCulture) + 1 : 1;
        row.State = Payload.Record(Kind, key, sequence);
        await store.Storage.WriteStateAsync(Kind, GrainId.Create("grain", key), row);
    }
}
