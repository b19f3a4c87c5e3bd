using System.Collections.Immutable;
using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Json;
using OrleansRelease.Testing.Releases;

namespace OrleansRelease.LoadTests.Kills;

/// <summary>
/// Targets and routers of all services, in a process that nobody kills: what they are asked for comes over HTTP, and
/// they note what they changed. They store fences, as real ones do: a lower one changes nothing, an equal one gets the
/// same answer again.
/// </summary>
internal sealed class OutsideWorld : IAsyncDisposable
{
    /// <summary>A call takes its time, so that a server can be killed in the middle of one.</summary>
    private static readonly TimeSpan Takes = TimeSpan.FromMilliseconds(150);

    private readonly Lock _lock = new();
    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly WebApplication _app;
    private readonly Dictionary<(string Service, bool IsRouter), WorldCall> _accepted = [];
    private readonly HashSet<(string Service, string Version)> _running = [];
    private readonly Dictionary<string, WorldCall> _splits = [];

    /// <summary>What was started last in each service, which no release had brought before.</summary>
    private readonly Dictionary<string, string> _newest = [];
    private readonly HashSet<(string Service, string Version)> _known = [];
    private readonly List<Touched> _log = [];

    private OutsideWorld(WebApplication app) => _app = app;

    public string Url => _app.Urls.First();

    /// <summary>Calls that came with a fence that was taken already, and changed nothing.</summary>
    public int Repeated { get; private set; }

    /// <summary>Calls that came too late.</summary>
    public int Overtaken { get; private set; }

    public static async Task<OutsideWorld> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var world = new OutsideWorld(app);
        app.MapPost("/call", world.TakeAsync);
        app.MapGet("/health/{service}/{version}", (string service, string version) =>
            Json(new WorldHealth(world.Runs(service, version))));
        await app.StartAsync();
        return world;
    }

    /// <summary>What was changed since then, and how much that is by now.</summary>
    public ImmutableArray<Touched> LogSince(int count)
    {
        lock (_lock) return [.. _log.Skip(count)];
    }

    public int LogLength
    {
        get
        {
            lock (_lock) return _log.Count;
        }
    }

    /// <summary>The versions that run.</summary>
    public ImmutableArray<string> Running(string service)
    {
        lock (_lock) return [.. _running.Where(one => one.Service == service).Select(one => one.Version).Order()];
    }

    /// <summary>Who gets all requests; null when they are shared, or nobody does.</summary>
    public string? Serves(string service)
    {
        lock (_lock) return _splits.GetValueOrDefault(service) is { Weight: FullWeight } split ? split.Version : null;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private const int FullWeight = Core.Units.Weight.Full;

    private TimeSpan Now => Stopwatch.GetElapsedTime(_began);

    private bool Runs(string service, string version)
    {
        lock (_lock) return _running.Contains((service, version));
    }

    private async Task<IResult> TakeAsync(HttpRequest request)
    {
        using var reader = new StreamReader(request.Body);
        var call = Vocabulary.Read<WorldCall>(await reader.ReadToEndAsync());
        var from = Now;
        // What has been asked for is done, also when nobody waits for the answer any more.
        await Task.Delay(Takes, CancellationToken.None);
        return Json(new WorldAnswer(Arrive(call, from)));
    }

    private Outcome Arrive(WorldCall call, TimeSpan from)
    {
        var key = (call.Service, call.Verb == WorldCall.Split);
        lock (_lock)
        {
            if (_accepted.GetValueOrDefault(key) is { } last)
            {
                if (call.Fence < last.Fence)
                {
                    Overtaken++;
                    return new Outcome.Overtaken(last.Fence);
                }

                if (call.Fence == last.Fence)
                {
                    Repeated++;
                    return call.AsksTheSameAs(last)
                        ? new Outcome.Applied()
                        : new Outcome.Refused($"fence {last.Fence} was used before for something else");
                }
            }

            _accepted[key] = call;
            if (Change(call) is { } what) _log.Add(new(from, Now, call.Service, what, call.Version));
            return new Outcome.Applied();
        }
    }

    // That a version before is seen to run is worth a note, though it changes nothing.
    private Touch? Change(WorldCall call)
    {
        switch (call.Verb)
        {
            case WorldCall.Deploy:
                if (_known.Add((call.Service, call.Version))) _newest[call.Service] = call.Version;
                var started = _running.Add((call.Service, call.Version));
                return !IsNewest(call) ? Touch.Ensured : started ? Touch.Started : null;
            case WorldCall.Retire:
                if (!_running.Remove((call.Service, call.Version))) return null;
                return IsNewest(call) ? Touch.Stopped : Touch.Replaced;
            default:
                var before = _splits.GetValueOrDefault(call.Service);
                _splits[call.Service] = call;
                return before is not null && call.AsksTheSameAs(before) ? null
                    : IsNewest(call) ? Touch.Shared
                    : Touch.Restored;
        }
    }

    private bool IsNewest(WorldCall call) => _newest.GetValueOrDefault(call.Service) == call.Version;

    private static IResult Json<T>(T value) => Results.Text(Vocabulary.Write(value), "application/json");
}
