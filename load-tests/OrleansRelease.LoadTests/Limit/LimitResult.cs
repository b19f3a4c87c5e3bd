using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;

namespace OrleansRelease.LoadTests.Limit;

/// <summary>
/// One way of writing with so many writers: transitions per second, the 99th percentile of one write's time in
/// milliseconds, and the rate as a share of what pgbench reached in the same rounds.
/// </summary>
internal sealed record Measured(string Way, int Writers, double PerSecond, double? P99, double? Ratio);

/// <summary>The object of <c>--json</c>. Bytes are those of one row's frame: header, state, transition.</summary>
internal sealed record LimitResult(
    int PayloadBytes, ImmutableSortedDictionary<string, string> Settings, ImmutableArray<Measured> Measured)
{
    public double RatioAt64 => RatioOf(64);

    public double RatioAt256 => RatioOf(256);

    public double P99At256 => Of(256).P99 ?? double.PositiveInfinity;

    [JsonIgnore]
    public bool IsAllSo => RatioAt64 >= 1.0 && RatioAt256 >= 1.5 && P99At256 <= 50;

    public string Table() => string.Join('\n',
    [
        string.Create(CultureInfo.InvariantCulture, $"{PayloadBytes:N0} bytes a row; ")
            + string.Join(", ", Settings.Select(setting => $"{setting.Key} {setting.Value}")),
        "way of writing   writers   per second   p99 ms   of pgbench",
        .. Measured.Select(m => string.Create(CultureInfo.InvariantCulture,
            $"{m.Way,-16} {m.Writers,7}   {m.PerSecond,10:N0}   {m.P99,6:0.0}   {m.Ratio,10:0.00}")),
        string.Create(CultureInfo.InvariantCulture,
            $"wanted: at 64 a ratio of 1.0, at 256 of 1.5 and a p99 of 50 ms: {(IsAllSo ? "met" : "MISSED")}"),
    ]);

    private double RatioOf(int writers) => Of(writers).Ratio ?? 0;

    private Measured Of(int writers) => Measured.Single(m => m.Way == LimitRun.Ours && m.Writers == writers);
}
