using System.Globalization;
using OrleansRelease.Adapters.Metrics.Prometheus;
using OrleansRelease.Adapters.Outgoing;
using OrleansRelease.Adapters.Resilience;
using OrleansRelease.Core.Specs;
using OrleansRelease.Ports.Metrics;

namespace OrleansRelease.Adapters.Tests.Metrics.Prometheus;

public sealed class PrometheusMetricsKeepTheContract : MetricsContract, IAsyncLifetime
{
    private readonly OutgoingHttp _http = new(new MachineClock());
    private readonly Lazy<PrometheusMetrics> _metrics;
    private ScriptedPrometheus _source = null!;
    private Uri? _nobody;

    public PrometheusMetricsKeepTheContract() => _metrics = new(
        () => new PrometheusMetrics(_http, new Pipelines(TimeProvider.System), TimeProvider.System));

    private protected override IMetrics Metrics => _metrics.Value;

    private protected override MetricsConnection Connection =>
        new(MetricsConnection.Prometheus, _nobody ?? _source.Url, null, TimeSpan.FromSeconds(15), MaxConcurrent: 8);

    public async Task InitializeAsync() => _source = await ScriptedPrometheus.StartAsync();

    public async Task DisposeAsync()
    {
        await _source.DisposeAsync();
        _http.Dispose();
    }

    private protected override void Give(string name, double value) => _source.Numbers[name] = value switch
    {
        double.PositiveInfinity => "+Inf",
        _ => value.ToString(CultureInfo.InvariantCulture),
    };

    private protected override string Text(string name) => name;

    private protected override void Break(SourceFault fault)
    {
        switch (fault)
        {
            case SourceFault.Dead:
                _nobody = new Uri($"http://127.0.0.1:{FreePort.Find()}");
                break;
            case SourceFault.Slow:
                _source.Before = context => UntilAbortedAsync(context.RequestAborted);
                break;
            case SourceFault.Malformed:
                _source.Says("{\"status\": \"success\", \"data\":");
                break;
            case SourceFault.NaN:
                _source.Numbers["seconds"] = "NaN";
                break;
            default:
                _source.Numbers.Clear();
                break;
        }
    }

    private static Task UntilAbortedAsync(CancellationToken aborted)
    {
        var end = new TaskCompletionSource();
        aborted.Register(end.SetResult);
        return end.Task;
    }
}
