using Microsoft.AspNetCore.Builder;
using OrleansRelease.Files;
using OrleansRelease.Router.Admin;
using OrleansRelease.Router.Events;
using OrleansRelease.Router.Routing;
using OrleansRelease.Router.Slots;

namespace OrleansRelease.Router;

/// <summary>One router that listens: what is stored was read before it did.</summary>
public sealed class RunningRouter : IAsyncDisposable
{
    /// <summary>How long requests under way may take when the router stops.</summary>
    public static readonly TimeSpan Drain = TimeSpan.FromSeconds(5);

    /// <summary>A request that takes longer than this counts as slow.</summary>
    public static readonly TimeSpan SlowFrom = TimeSpan.FromMilliseconds(300);

    private readonly FolderLock _lock;
    private readonly EventLog _log;
    private readonly Upstreams _upstreams;
    private readonly WebApplication _data;
    private readonly WebApplication _admin;

    private RunningRouter(
        FolderLock folder, EventLog log, Upstreams upstreams, WebApplication data, WebApplication admin,
        string startId)
    {
        (_lock, _log, _upstreams, _data, _admin, StartId) = (folder, log, upstreams, data, admin, startId);
    }

    /// <summary>The first address of the data path.</summary>
    public Uri Url => new(_data.Urls.First());

    /// <summary>The first address of the admin endpoint.</summary>
    public Uri AdminUrl => new(_admin.Urls.First());

    /// <summary>New with each start: counts of two starts cannot be taken for one.</summary>
    public string StartId { get; }

    public static async Task<RunningRouter> StartAsync(
        RouterOptions options, TimeProvider time, CancellationToken cancellation)
    {
        // Two routers on one folder would each accept what the other has refused.
        var folder = FolderLock.TryTake(options.DataFolder)
            ?? throw new IOException($"another router holds the folder {options.DataFolder}");
        EventLog? log = null;
        var upstreams = new Upstreams(options.FirstLookTimeout);
        try
        {
            // What a crash has left there would send others to a router that is no more.
            Whereabouts.Delete(options.DataFolder);
            AtomicFile.DeleteHalfWritten(options.DataFolder);
            var startId = Guid.NewGuid().ToString("N");
            var token = AdminToken.ReadOrCreate(options.TokenPath);
            log = EventLog.Open(options.LogFile, time);
            var table = SlotTable.Load(options, log, time);
            log.Started(startId, options.Fault, table.Slots);
            var data = DataPath.Build(options, table, upstreams, time);
            var admin = AdminApi.Build(options, table, upstreams, token, time, startId);
            var router = new RunningRouter(folder, log, upstreams, data, admin, startId);
            await router.ListenAsync(options, cancellation);
            log.Follow(table);
            return router;
        }
        catch
        {
            if (log is not null) await log.DisposeAsync();
            upstreams.Dispose();
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Waits for a signal to the process or for the caller.</summary>
    public async Task WaitForStopAsync(CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(
            cancellation, _data.Lifetime.ApplicationStopping, _admin.Lifetime.ApplicationStopping);
        var stopped = new TaskCompletionSource();
        await using var _ = stop.Token.Register(stopped.SetResult);
        await stopped.Task;
    }

    public async ValueTask DisposeAsync()
    {
        // The admin endpoint first: no change may be acknowledged while the data path goes away.
        using var drained = new CancellationTokenSource(Drain);
        await _admin.StopAsync(drained.Token);
        await _data.StopAsync(drained.Token);
        await _admin.DisposeAsync();
        await _data.DisposeAsync();
        _upstreams.Dispose();
        await _log.DisposeAsync();
        _lock.Dispose();
    }

    private async Task ListenAsync(RouterOptions options, CancellationToken cancellation)
    {
        try
        {
            await _data.StartAsync(cancellation);
            await _admin.StartAsync(cancellation);
            new Whereabouts(Environment.ProcessId, StartId, [.. _data.Urls], [.. _admin.Urls])
                .Write(options.DataFolder);
        }
        catch
        {
            await _admin.DisposeAsync();
            await _data.DisposeAsync();
            throw;
        }
    }
}
