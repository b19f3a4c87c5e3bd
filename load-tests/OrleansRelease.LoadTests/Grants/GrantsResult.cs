using System.Globalization;
using System.Text.Json.Serialization;

namespace OrleansRelease.LoadTests.Grants;

/// <summary>Asked for, granted and given back so often a second; the 99th percentile of both calls, in milliseconds.
/// </summary>
internal sealed record GrantTurn(double PerSecond, double P99)
{
    public static GrantTurn Middle(IReadOnlyList<GrantTurn> turns) =>
        turns.OrderBy(turn => turn.PerSecond).ElementAt(turns.Count / 2);
}

/// <summary>The object of <c>--json</c>: the middle of three turns each.</summary>
internal sealed record GrantsResult(GrantTurn Leases, GrantTurn Permits)
{
    private const double Wanted = 1_000;

    [JsonIgnore]
    public bool IsAllSo => Leases.PerSecond >= Wanted && Permits.PerSecond >= Wanted;

    public string Table() => string.Join('\n',
    [
        $"{GrantsRun.Askers} ask at once in one environment; each grant is asked for, written down, told, given back",
        "what                per second   p99 ms",
        Line("leases of slots", Leases),
        Line("permits", Permits),
        $"wanted: {Wanted:0} a second of each: {(IsAllSo ? "met" : "MISSED")}",
    ]);

    private static string Line(string what, GrantTurn turn) => string.Create(CultureInfo.InvariantCulture,
        $"{what,-18}   {turn.PerSecond,10:N0}   {turn.P99,6:0.0}");
}
