using System.Diagnostics.Metrics;
using OpenTelemetry.Metrics;

namespace OrleansRelease.Host.Telemetry;

/// <summary>
/// What is shown of the numbers of the runtimes below, which count far more: what says something to those who operate a
/// server, under names and with units as Prometheus has them. Their times in milliseconds are left out, ours say the
/// same in seconds; so are all of their labels but the named ones, which may be without bound.
/// </summary>
internal static class RuntimeMetrics
{
    private const string Orleans = "Microsoft.Orleans";

    private const string Http = "Microsoft.AspNetCore.Hosting";

    private const string DotNet = "System.Runtime";

    private static readonly Dictionary<(string Meter, string Instrument), Kept> Selected = new()
    {
        [(Orleans, "orleans-catalog-activations")] = new("orleans.activations", "Activations in this process"),
        [(Orleans, "orleans-catalog-activation-created")] = new("orleans.activations.created", "Activations made"),
        [(Orleans, "orleans-catalog-activation-destroyed")] = new(
            "orleans.activations.destroyed", "Activations taken down"),
        [(Orleans, "orleans-catalog-activation-failed-to-activate")] = new(
            "orleans.activations.failed", "Activations that could not be made"),
        [(Orleans, "orleans-messaging-expired")] = new("orleans.messages.expired", "Messages that came too late"),
        [(Orleans, "orleans-messaging-rejected")] = new(
            "orleans.messages.rejected", "Messages that were turned away, as by one who has too many"),
        [(Orleans, "orleans-messaging-sent-dropped")] = new("orleans.messages.dropped", "Messages that were given up"),
        [(Orleans, "orleans-messaging-sent-failed")] = new("orleans.messages.failed", "Messages that were not sent"),
        [(Orleans, "orleans-messaging-pings-reply-missed")] = new(
            "orleans.pings.missed", "Probes of other servers that were not answered"),
        [(Orleans, "orleans-app-requests-timedout")] = new(
            "orleans.requests.timed_out", "Calls between servers that got no answer in time"),
        [(Orleans, "orleans-scheduler-long-running-turns")] = new(
            "orleans.turns.long", "Turns that held a thread for too long"),
        [(Orleans, "orleans-storage-read-errors")] = new("orleans.storage.read_errors", "Reads of rows that failed"),
        [(Orleans, "orleans-storage-write-errors")] = new("orleans.storage.write_errors", "Writes of rows that failed"),
        [(Orleans, "orleans-watchdog-health-checks-failed")] = new(
            "orleans.health_checks.failed", "Health checks of the runtime that failed"),
        [(Orleans, "orleans-gateway-connected-clients")] = new(
            "orleans.clients", "Clients, as servers of role gateway, that are connected to this process"),
        [(Http, "http.server.request.duration")] = new(
            "http.server.request.duration", "Time of requests to the API",
            "http.request.method", "http.response.status_code", "http.route"),
        [(DotNet, "dotnet.process.cpu.time")] = new(
            "dotnet.process.cpu.time", "Processor time of this process", "cpu.mode"),
        [(DotNet, "dotnet.process.memory.working_set")] = new(
            "dotnet.process.memory.working_set", "Memory of this process"),
        [(DotNet, "dotnet.gc.pause.time")] = new("dotnet.gc.pause.time", "Time that collections stopped all threads"),
    };

    public static string[] Meters { get; } = [Orleans, Http, DotNet];

    /// <summary>How an instrument is shown; null: as it is, because it is our own.</summary>
    public static MetricStreamConfiguration? ViewOf(Instrument instrument)
    {
        if (!Meters.Contains(instrument.Meter.Name)) return null;
        return Selected.TryGetValue((instrument.Meter.Name, instrument.Name), out var kept)
            ? new MetricStreamConfiguration { Name = kept.Name, Description = kept.Meaning, TagKeys = kept.Labels }
            : MetricStreamConfiguration.Drop;
    }

    private sealed record Kept(string Name, string Meaning, params string[] Labels);
}
