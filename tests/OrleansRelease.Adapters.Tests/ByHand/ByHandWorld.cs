using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;
using OrleansRelease.Adapters.Outgoing;
using OrleansRelease.Adapters.Resilience;
using OrleansRelease.Adapters.Targets.Process;
using OrleansRelease.Adapters.Tests.Targets;
using OrleansRelease.Adapters.Tests.Targets.Process;
using OrleansRelease.Adapters.Traffic.Yarp;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Scripts;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;
using OrleansRelease.Ports.ByHand;
using OrleansRelease.Ports.Traffic;
using OrleansRelease.Testing.Routers;
using static OrleansRelease.Adapters.Tests.Targets.TargetSpecs;

namespace OrleansRelease.Adapters.Tests.ByHand;

/// <summary>A real router and real processes that a release has moved from 1.0.0 to 2.0.0, and a shell.</summary>
public sealed class ByHandWorld : IAsyncDisposable
{
    private static readonly EffectLimits Limits = new(TimeSpan.FromSeconds(5), 3, TimeSpan.FromSeconds(1));

    private readonly OutgoingHttp _http = new(new MachineClock());

    private ByHandWorld(RouterRig router) => Router = router;

    public RouterRig Router { get; }

    public ProcessWorld Processes { get; } = new();

    /// <summary>How many instances each version has.</summary>
    public int Replicas { get; set; } = 1;

    public string Token => File.ReadAllText(Router.TokenFile).Trim();

    public static async Task<ByHandWorld> StartAsync() => new(await RouterRig.StartAsync());

    public RolloutSpec Spec(string service) => TargetSpecs.Of(
        "process", Sample(), Replicas, slot: $"{service}.staging") with
    {
        Traffic = new(
            "yarp", Router.AdminUrl, new SecretRef(null, Router.TokenFile), Repeat.Absolute, Fencing.Stored, Limits),
    };

    /// <summary>Both versions run and the new one has all requests, by the second lease of the slot.</summary>
    public async Task MovedAsync(string service)
    {
        var spec = Spec(service);
        foreach (var (version, generation) in new[] { (V1, 1), (V2, 2) })
        {
            Assert.IsType<Outcome.Applied>(
                await Processes.Target.DeployAsync(spec.Call(version, 1, generation), CancellationToken.None));
        }

        var body = Vocabulary.Write(new
        {
            fence = new Fence(1, 2, 2),
            weights = new Dictionary<string, int> { [$"{V1}"] = 0, [$"{V2}"] = Weight.Full },
            addresses = new Dictionary<string, ImmutableArray<Uri>>
            {
                [$"{V1}"] = (await Processes.ObserveAsync(spec, V1)).Addresses,
                [$"{V2}"] = (await Processes.ObserveAsync(spec, V2)).Addresses,
            },
        });
        using var set = await Router.PutTextAsync(body, $"{spec.Slot}");
        Assert.True(set.IsSuccessStatusCode, await set.Content.ReadAsStringAsync());
    }

    /// <summary>
    /// The old version has all requests again, at the one of its instances that is ready, and class low comes last.
    /// </summary>
    public async Task SheddingAsync(string service)
    {
        var addresses = (await Processes.ObserveAsync(Spec(service), V1)).Addresses;
        using var set = await Router.PutTextAsync(
            Vocabulary.Write(new
            {
                fence = new Fence(1, 2, 3),
                weights = new Dictionary<string, int> { [$"{V1}"] = Weight.Full, [$"{V2}"] = 0 },
                addresses = new Dictionary<string, ImmutableArray<Uri>> { [$"{V1}"] = [addresses[0]] },
                shedding = new Shedding(4, TimeSpan.FromSeconds(5), "X-Request-Class", ["low", "batch"]),
            }),
            $"{Spec(service).Slot}");
        Assert.True(set.IsSuccessStatusCode, await set.Content.ReadAsStringAsync());
    }

    public string Script(params string[] services) =>
        Script([new ProcessByHand(new() { DataFolder = Processes.DataFolder })], services);

    /// <summary>No shell can speak to what starts and stops the instances.</summary>
    public string ScriptWithoutTarget(params string[] services) => Script([], services);

    private string Script(ITargetByHand[] targets, string[] services)
    {
        var parts = new ByHandParts(targets, [new YarpByHand()]);
        var specs = services.Select(Spec).ToList();
        return WayBackScript.Of(
            ReleaseName.From("shop-1"), EnvironmentName.From("staging"), DateTimeOffset.UnixEpoch,
            [.. specs.Select(spec => parts.Of(new(spec, spec, V1, V2, 1, 2, IsLeased: true)).Part!)],
            parts.FunctionsFor(specs));
    }

    /// <summary>The same version's requests once more, by the lease that it was moved by, or by another one.</summary>
    internal async Task<Outcome> SetAsync(string service, Fence fence)
    {
        var addresses = (await Processes.ObserveAsync(Spec(service), V1)).Addresses;
        return await new YarpTraffic(_http, new Pipelines(TimeProvider.System), TimeProvider.System).SetAsync(
            new TrafficCall(
                Spec(service), new(V1, V2, Weight.None), fence, Direction.Back,
                ImmutableDictionary<VersionName, ImmutableArray<Uri>>.Empty
                    .Add(V1, addresses)),
            CancellationToken.None);
    }

    public async Task<JsonElement> WeightsAsync(string service) =>
        (await Router.GetAsync($"slots/{service}.staging")).GetProperty("weights");

    public async Task<string> FenceAsync(string service) =>
        (await Router.GetAsync($"slots/{service}.staging")).GetProperty("fence").GetRawText();

    public static Task<Shelled> RunAsync(string script, params string[] arguments) =>
        RunWithAsync(path: null, script, arguments);

    /// <param name="path">Where it finds programs; null: where this test does.</param>
    /// <param name="script">What it runs.</param>
    /// <param name="arguments">With which arguments.</param>
    public static async Task<Shelled> RunWithAsync(string? path, string script, params string[] arguments)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, script);
            var start = new ProcessStartInfo("/bin/sh", [file, .. arguments])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                RedirectStandardInput = true,
            };
            if (path is not null) start.Environment["PATH"] = path;
            using var shell = Process.Start(start)!;
            var (output, error) = (shell.StandardOutput.ReadToEndAsync(), shell.StandardError.ReadToEndAsync());
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            await shell.WaitForExitAsync(patience.Token);
            return new(shell.ExitCode, await output, await error);
        }
        finally
        {
            File.Delete(file);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Processes.DisposeAsync();
        await Router.DisposeAsync();
    }
}

/// <summary>What a shell said.</summary>
public sealed record Shelled(int Exit, string Out, string Error)
{
    public int Times(string text) => Out.Split(text).Length - 1;
}
