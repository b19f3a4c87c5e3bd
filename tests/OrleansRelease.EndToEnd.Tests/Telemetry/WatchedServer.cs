using System.Net.Http.Json;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Trace;
using OrleansRelease.Adapters.Metrics.Memory;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Slots;
using OrleansRelease.EndToEnd.Tests.Harness;
using OrleansRelease.Storage.Measuring;

namespace OrleansRelease.EndToEnd.Tests.Telemetry;

/// <summary>
/// A server that tells all about itself, on which one version was rolled out and the next one was taken back, both in
/// an outside world in memory.
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

        Good = await StartAsync("1.0.0", $"00-{Trace}-{Caller}-01");
        await EndsAsync(Good, Phase.Succeeded);
        await EndsAsync(await StartAsync("2.0.0-bad", null), Phase.RolledBack);
        // No slot waits for another one here, so nothing was heard yet.
        StoreInstruments.OnHeard(TimeSpan.FromMilliseconds(4));
        Page = await _host.Client.GetStringAsync(new Uri("metrics", UriKind.Relative));
        _host.Services.GetRequiredService<TracerProvider>().ForceFlush();
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await Receiver.DisposeAsync();
    }

    private async Task<string> StartAsync(string version, string? trace)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Relative("rollouts"))
        {
            Content = JsonContent.Create(new { service = "cart", environment = "lab", version }),
        };
        if (trace is not null) request.Headers.Add("traceparent", trace);
        using var answer = await _host.Client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return $"{Vocabulary.Read<StartAnswer>(text).RolloutId}";
    }

    private Task EndsAsync(string rollout, Phase phase) => Eventually.IsAsync(
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
