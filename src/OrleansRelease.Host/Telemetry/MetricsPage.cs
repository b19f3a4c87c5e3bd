using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OrleansRelease.Grains;
using OrleansRelease.Host.Running;
using OrleansRelease.Storage;

namespace OrleansRelease.Host.Telemetry;

/// <summary><c>/metrics</c>: what this process counts, and what is counted in its store.</summary>
internal static class MetricsPage
{
    public static readonly string[] OwnMeters = [GrainsHosting.MeterName, StorageNames.Meter];

    public static void AddTo(WebApplicationBuilder builder, RunOptions options)
    {
        builder.Services.AddSingleton<StoreGauges>();
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource
                .AddService(
                    "orleansrelease", serviceVersion: typeof(MetricsPage).Assembly.GetName().Version?.ToString(3),
                    autoGenerateServiceInstanceId: true)
                .AddAttributes([new("orel.role", options.Role.ToString().ToLowerInvariant())]))
            .WithMetrics(metrics => metrics
                .AddMeter(OwnMeters).AddMeter(RuntimeMetrics.Meters)
                .AddView(RuntimeMetrics.ViewOf)
                // Names tell already what a number belongs to.
                .AddPrometheusExporter(page => page.ScopeInfoEnabled = false));
    }

    /// <summary>For those who hold the token, as all that allows nobody by name.</summary>
    public static void Map(WebApplication app)
    {
        var gauges = app.Services.GetRequiredService<StoreGauges>();
        app.MapPrometheusScrapingEndpoint(
            path: null, meterProvider: null, optionsName: null,
            configureBranchedPipeline: branch => branch.Use(async (http, next) =>
            {
                await gauges.RefreshAsync(http.RequestAborted);
                await next(http);
            }));
    }
}
