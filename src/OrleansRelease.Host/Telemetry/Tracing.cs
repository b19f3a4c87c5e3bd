using OpenTelemetry.Exporter;
using OpenTelemetry.Trace;
using OrleansRelease.Grains;
using OrleansRelease.Host.Running;
using OrleansRelease.Storage;

namespace OrleansRelease.Host.Telemetry;

/// <summary>
/// One trace from a request through calls and writes to what is done outside. The frameworks make their spans
/// themselves; here is only said which are wanted. Without anybody who wants them nothing is made.
/// </summary>
internal static class Tracing
{
    private static readonly string[] Sources =
    [
        GrainsHosting.TracesName, StorageNames.Traces, "Microsoft.AspNetCore", "System.Net.Http", "Npgsql",
        "Microsoft.Orleans.Application", "Microsoft.Orleans.Runtime", "Microsoft.Orleans.Storage",
    ];

    /// <summary>Lines of the log for machines tell the same ids, also when nobody is sent the traces.</summary>
    public static bool IsWanted(RunOptions options) =>
        options.Otlp is not null || options.LogFormat == LogFormat.Json;

    public static void AddTo(WebApplicationBuilder builder, RunOptions options)
    {
        if (!IsWanted(options)) return;
        // Attributes of requests by the conventions of OpenTelemetry: off unless asked for.
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);
        builder.Services.AddOpenTelemetry().WithTracing(traces =>
        {
            traces.AddSource(Sources).SetSampler(new ParentBasedSampler(new Beginnings()));
            if (options.Otlp is not { } receiver) return;
            // Headers, which may hold a secret, come from the environment: OTEL_EXPORTER_OTLP_HEADERS.
            traces.AddOtlpExporter(exporter =>
            {
                exporter.Protocol = OtlpExportProtocol.HttpProtobuf;
                exporter.Endpoint = new Uri(receiver, "v1/traces");
            });
        });
    }
}
