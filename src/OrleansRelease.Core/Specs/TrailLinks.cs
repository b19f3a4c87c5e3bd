using System.Globalization;
using OrleansRelease.Core.Analysis;

namespace OrleansRelease.Core.Specs;

/// <summary>
/// Addresses that people open, filled in but for the window's words and the trace's. Nobody asks there.
/// </summary>
/// <param name="Logs">Of what the version wrote into its logs in a window.</param>
/// <param name="Trace">Of one trace.</param>
/// <param name="NoLogs">Why this version has no address of its logs, although one was written.</param>
public sealed record TrailLinks(string? Logs = null, string? Trace = null, string? NoLogs = null)
{
    /// <summary>The word that a trace's own id is filled in for.</summary>
    public const string TraceId = "traceId";

    public const string WindowStart = "windowStart";

    public const string WindowEnd = "windowEnd";

    public string? LogsOf(Window window) => Logs is null ? null : In(Logs, window);

    /// <summary>The id is made of hex digits alone (<see cref="Trails.TraceIds"/>).</summary>
    public string? TraceOf(string id, Window window) =>
        Trace is null ? null : In(Trace, window).Replace(Word(TraceId), id, StringComparison.Ordinal);

    // In milliseconds of Unix time, as the addresses of metric sources have it. No value that was filled in before has
    // two braces side by side.
    private static string In(string link, Window window) => link
        .Replace(Word(WindowStart), Milliseconds(window.Start), StringComparison.Ordinal)
        .Replace(Word(WindowEnd), Milliseconds(window.End), StringComparison.Ordinal);

    private static string Milliseconds(DateTimeOffset moment) =>
        moment.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);

    private static string Word(string name) => $"{{{{{name}}}}}";
}
