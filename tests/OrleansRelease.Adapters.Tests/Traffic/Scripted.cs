using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OrleansRelease.Adapters.Outgoing;
using OrleansRelease.Adapters.Resilience;
using OrleansRelease.Adapters.Tests.Metrics;
using OrleansRelease.Adapters.Traffic.Yarp;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Units;
using OrleansRelease.Ports.Traffic;

namespace OrleansRelease.Adapters.Tests.Traffic;

/// <summary>
/// A router that acknowledges everything, and two instances of the old version and one of the new that say to have
/// counted what a test makes them say.
/// </summary>
internal sealed class Scripted : IAsyncDisposable
{
    private readonly OutgoingHttp _http = new(new MachineClock());
    private readonly Source _router;
    private readonly YarpTraffic _traffic;

    private Scripted(TimeProvider time, Source router, ScriptedInstance[] old, ScriptedInstance @new)
    {
        (_router, Old, New) = (router, old, @new);
        _traffic = new(_http, new Pipelines(time), time);
        _router.Answer = AnswerAsync;
    }

    public ScriptedInstance[] Old { get; }

    public ScriptedInstance New { get; }

    /// <summary>What the router says that it holds.</summary>
    public (Fence Fence, Dictionary<string, int> Weights)? Holds { get; private set; }

    /// <summary>How many requests it says that it sent to the new version.</summary>
    public Func<long> Started { get; set; } = () => 0;

    /// <summary>Whether it leaves a question for what it holds unanswered.</summary>
    public Func<bool> Hangs { get; set; } = () => false;

    public static async Task<Scripted> StartAsync(TimeProvider? time = null)
    {
        ScriptedInstance[] old = [await ScriptedInstance.StartAsync("1.0"), await ScriptedInstance.StartAsync("1.0")];
        return new(
            time ?? TimeProvider.System, await Source.StartAsync(), old, await ScriptedInstance.StartAsync("2.0"));
    }

    public void Hold(Fence fence, int basisPoints) => Holds = (fence, new Dictionary<string, int>
    {
        ["1.0"] = Weight.Full - basisPoints,
        ["2.0"] = basisPoints,
    });

    public Task<Outcome> SetAsync(
        Fence fence, int basisPoints, double seconds, int instances = 1, Weight? shown = null) =>
        _traffic.SetAsync(
            Call(fence, basisPoints, Direction.Forward, seconds, instances) with { Shown = shown },
            CancellationToken.None);

    public Task<Outcome> TakeBackAsync(Fence fence, double seconds, bool alone = false)
    {
        var call = Call(fence, 0, Direction.Back, seconds, instances: 1);
        return _traffic.SetAsync(
            alone ? call with { Split = new TrafficSplit(null, Specs.New, Weight.None) } : call,
            CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _router.DisposeAsync();
        foreach (var instance in Old.Append(New)) await instance.DisposeAsync();
        _http.Dispose();
    }

    private TrafficCall Call(Fence fence, int basisPoints, Direction direction, double seconds, int instances) => new(
        Specs.With("yarp", _router.Url, null, TimeSpan.FromSeconds(seconds)),
        new TrafficSplit(Specs.Old, Specs.New, new Weight(basisPoints)), fence, direction,
        ImmutableDictionary<VersionName, ImmutableArray<Uri>>.Empty
            .Add(Specs.Old, [.. Old.Take(instances).Select(old => old.Address)]).Add(Specs.New, [New.Address]));

    private async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Method == "PUT")
        {
            using var body = await JsonDocument.ParseAsync(context.Request.Body);
            Holds = (
                body.RootElement.GetProperty("fence").Deserialize<Fence>(Vocabulary.Options),
                body.RootElement.GetProperty("weights").Deserialize<Dictionary<string, int>>()!);
        }
        else if (Hangs())
        {
            var end = new TaskCompletionSource();
            context.RequestAborted.Register(end.SetResult);
            await end.Task;
        }

        if (Holds is not { } held)
        {
            context.Response.StatusCode = 404;
            return;
        }

        var started = Started();
        await context.Response.WriteAsync(Vocabulary.Write(new
        {
            fence = held.Fence,
            weights = held.Weights,
            counts = new Dictionary<string, object> { ["2.0"] = new { started, total = started, bad = 0 } },
        }));
    }
}
