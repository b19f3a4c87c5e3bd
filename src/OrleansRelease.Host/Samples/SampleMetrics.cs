using System.Globalization;
using System.Text;

namespace OrleansRelease.Host.Samples;

/// <summary>
/// What the sample service has counted, in Prometheus' text format 0.0.4: <c>http_requests_total</c> by code and
/// <c>http_request_duration_seconds</c>, both with the version. Every series is there from the start, at 0.
/// </summary>
internal sealed class SampleMetrics(string version)
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private static readonly double[] Bounds = [0.1, 0.3, 1];

    private readonly Lock _lock = new();
    private readonly long[] _within = new long[Bounds.Length];
    private long _good;
    private long _bad;
    private double _seconds;

    public void Count(bool isBad, TimeSpan took)
    {
        lock (_lock)
        {
            if (isBad) _bad++;
            else _good++;
            _seconds += took.TotalSeconds;
            for (var i = 0; i < Bounds.Length; i++)
            {
                if (took.TotalSeconds <= Bounds[i]) _within[i]++;
            }
        }
    }

    public string Text()
    {
        var text = new StringBuilder();
        lock (_lock)
        {
            text.Append("# TYPE http_requests_total counter\n");
            Line("http_requests_total", "code=\"200\"", _good);
            Line("http_requests_total", "code=\"500\"", _bad);
            text.Append("# TYPE http_request_duration_seconds histogram\n");
            for (var i = 0; i < Bounds.Length; i++)
                Line("http_request_duration_seconds_bucket", Of($"le=\"{Bounds[i]}\""), _within[i]);
            Line("http_request_duration_seconds_bucket", "le=\"+Inf\"", _good + _bad);
            Line("http_request_duration_seconds_sum", null, _seconds);
            Line("http_request_duration_seconds_count", null, _good + _bad);
        }

        return text.ToString();

        void Line(string name, string? label, double value) => text.Append(CultureInfo.InvariantCulture,
            $"{name}{{version=\"{Escaped(version)}\"{(label is null ? "" : $",{label}")}}} {value}\n");
    }

    private static string Of(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Escaped(string value) => value.Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
