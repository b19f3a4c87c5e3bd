using System.Globalization;
using System.Text.Json.Serialization;

namespace OrleansRelease.LoadTests.Failover;

/// <summary>
/// The object of <c>--json</c>; times in seconds. <see cref="Steady"/>: decisions while nothing happened;
/// <see cref="Killed"/>: each rollout's first decision after the kill of one of three servers; <see cref="Rolling"/>:
/// decisions while the three were stopped and started one after the other; <see cref="TakenOver"/>: each rollout's
/// first decision after all had stopped and one was started; <see cref="AloneReady"/>: the same after a kill of all.
/// </summary>
internal sealed record FailoverResult(
    int Rollouts, double DecisionsPerSecond, Lateness Steady, Lateness Killed, Lateness Rolling, double EmptyReady,
    int TakenOverRollouts, double TakenOverReady, Lateness TakenOver, double AloneReady)
{
    [JsonIgnore]
    public bool IsAllSo => Steady.P99 <= 2 && Killed is { P99: <= 10, Max: <= 60 } && Rolling.P99 <= 2 && EmptyReady < 3
        && TakenOverReady < 3;

    public string Table() => string.Join('\n',
    [
        string.Create(CultureInfo.InvariantCulture,
            $"{Rollouts:N0} rollouts moving on three servers, {DecisionsPerSecond:N0} decisions a second"),
        "seconds after what was due            count   median      p99      max   wanted",
        Line("while nothing happened", Steady, "p99 2, or the machine is too small for it"),
        Line("after the kill of one of three", Killed, "p99 10, max 60"),
        Line("while all restarted in turn", Rolling, "p99 2"),
        Line("after one took all over", TakenOver, ""),
        string.Create(CultureInfo.InvariantCulture,
            $"ready after {EmptyReady:0.0} s when empty, {TakenOverReady:0.0} s with {TakenOverRollouts:N0} rollouts "
            + $"to take over; wanted: under 3"),
        string.Create(CultureInfo.InvariantCulture,
            $"ready after {AloneReady:0.0} s alone, after all three were killed"),
        IsAllSo ? "all as wanted" : "MISSED",
    ]);

    private static string Line(string what, Lateness late, string wanted) => string.Create(CultureInfo.InvariantCulture,
        $"{what,-34} {late.Count,8:N0} {late.Median,8:0.00} {late.P99,8:0.00} {late.Max,8:0.00}   {wanted}").TrimEnd();
}
