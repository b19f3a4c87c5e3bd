using System.Net.Http.Json;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Trace;
using Orleans.Storage;
using OrleansRelease.Adapters.Metrics.Memory;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Slots;
using OrleansRelease.EndToEnd.Tests.Harness;
using OrleansRelease.Ports.Storage;
using OrleansRelease.Storage;

namespace OrleansRelease.EndToEnd.Tests.Telemetry;

/// <summary>
/// A server that tells all about itself, on which one version was rolled out, the next one was taken back, one of
/// another service stands paused, all in an outside world in memory, and one row cannot be read.
/// </summary>
public sealed class WatchedServer : IAsyncLifetime
{
    /// <summary>What the caller says of the trace that its start belongs to.</summary>
    internal const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";

    internal const string Caller = "00f067aa0ba902b7";

    private const string Manifests = """
        apiVersion: orleansrelease/v1
        kind: Environment
        metadata: {name: lab}
        spec: {connections: {target: {memory: {}}, traffic: {memory: {}}, metrics: {memory: {}}}}
        ---
        apiVersion: orleansrelease/v1
        kind: AnalysisTemplate
        metadata: {name: numbers}
        spec:
          defaults: {interval: 1s, timeout: 1s, failureLimit: 0}
          metrics: [{name: errors, query: "errors of {{version}}", unit: ratio, max: 5%}]
        ---
        apiVersion: orleansrelease/v1
        kind: Service
        metadata: {name: cart}
        spec: {strategy: {allAtOnce: {analysis: [numbers], verify: 1s}}}
        ---
        apiVersion: orleansrelease/v1
        kind: Service
        metadata: {name: basket}
        spec: {strategy: {canary: {analysis: [numbers], weights: [10], each: 1h, verify: 1h}}}
        """;

    private HostInProcess _host = null!;

    internal OtlpReceiver Receiver { get; private set; } = null!;

    internal string Good { get; private set; } = "";

    internal string Page { get; private set; } = "";

    public async Task InitializeAsync()
    {
        Receiver = OtlpReceiver.Start();
        _host = new HostInProcess { WithMemory = true, With = usual => usual with { Otlp = Receiver.Address } };
        await _host.InitializeAsync();
        _host.Services.GetRequiredService<MemoryMetrics>().Numbers =
            (query, _) => query.EndsWith("bad", StringComparison.Ordinal) ? 1 : 0;
        using var manifests = new StringContent(Manifests, Encoding.UTF8, "application/yaml");
        using var applied = await _host.Client.PostAsync(Relative("manifests"), manifests);
        Assert.True(applied.IsSuccessStatusCode, await applied.Content.ReadAsStringAsync());

        Good = await StartAsync("cart", "1.0.0", $"00-{Trace}-{Caller}-01");
        await IsAsync(Good, Phase.Succeeded);
        await IsAsync(await StartAsync("cart", "2.0.0-bad"), Phase.RolledBack);
        await PauseAsync(await StartAsync("basket", "1.0.0"));
        await PoisonAsync();
        Page = await _host.Client.GetStringAsync(new Uri("metrics", UriKind.Relative));
        _host.Services.GetRequiredService<TracerProvider>().ForceFlush();
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await Receiver.DisposeAsync();
    }

    private async Task<string> StartAsync(string service, string version, string? trace = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Relative("rollouts"))
        {
            Content = JsonContent.Create(new { service, environment = "lab", version }),
        };
        if (trace is not null) request.Headers.Add("traceparent", trace);
        using var answer = await _host.Client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return $"{Vocabulary.Read<StartAnswer>(text).RolloutId}";
    }

    private async Task PauseAsync(string rollout)
    {
        await IsAsync(rollout, Phase.Progressing);
        using var reason = JsonContent.Create(new { reason = "to be seen" });
        using var answer = await _host.Client.PostAsync(Relative($"rollouts/{rollout}/pause"), reason);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        await IsAsync(rollout, Phase.Paused);
    }

    /// <summary>A slot that only the wake index can find, and nobody can decide on: it is put aside.</summary>
    private async Task PoisonAsync()
    {
        const string Kind = "slot";
        const string Key = "broken.lab";
        var due = _host.Services.GetRequiredService<IStoreClock>().Now.AddSeconds(-1);
        await _host.Services.GetRequiredKeyedService<IGrainStorage>(StorageNames.Rows).WriteStateAsync(
            Kind, GrainId.Create(Kind, Key), new GrainState<RowRecord>(new RowRecord
            {
                Columns = new RowColumns(Kind, Key, 1, due, "Free", null, null, null, null, due),
                Payload = """{"schema":1,"sequence":1,"outbox":"not a list"}""",
                Transition = """{"previous":""}""",
            }));
        var rows = _host.Services.GetRequiredService<IRows>();
        await Eventually.IsAsync(
            "it was woken in vain", async () => (await rows.GetAsync(Kind, Key, default))!.Summary.Failures > 0);
        var index = _host.Services.GetRequiredService<IWakeIndex>();
        for (var i = 0; i < Shards.FailuresToQuarantine; i++)
            await index.RecordFailureAsync(Kind, Key, "cannot be read", due, default);
    }

    private Task IsAsync(string rollout, Phase phase) => Eventually.IsAsync(
        $"{rollout} is {phase}",
        async () =>
        {
            using var answer = await _host.Client.GetAsync(Relative($"rollouts/{rollout}"));
            return await answer.Content.ReadAsStringAsync();
        },
        text => text.Contains($"\"phase\":\"{phase}\"", StringComparison.Ordinal));

    private static Uri Relative(string path) => new($"api/v1/{path}", UriKind.Relative);
}

// What this process counts and traces is looked at here, so nothing else may go on in it.
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class WatchedCollection : ICollectionFixture<WatchedServer>
{
    public const string Name = "A server that is watched";
}
