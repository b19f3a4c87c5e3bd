using System.Globalization;
using System.Text.Json.Serialization;

namespace OrleansRelease.LoadTests.Failures;

/// <summary>The object of <c>--json</c>.</summary>
internal sealed record FailuresResult(IReadOnlyList<FailureResult> Failures)
{
    [JsonIgnore]
    public bool IsAllSo => Failures.Count > 0 && Failures.All(failure => failure.IsSo);

    public string Table() => string.Join('\n',
    [
        "fails after            way back from the decision          users, from the first bad request   taken back",
        "                          took   at most                      took   at most",
        .. Failures.Select(failure => failure.Line()),
        Failures.All(failure => failure.Differs is null)
            ? $"{Failures.Count} failures: the same steps, in the same order, as simulated"
            : "NOT as simulated",
        Failures.All(failure => failure.IsWithin) ? "none took longer than announced" : "LONGER than announced",
        string.Create(CultureInfo.InvariantCulture,
            $"of the announced time ways back took {Failures.Min(failure => failure.Share):0 %} to "
            + $"{Failures.Max(failure => failure.Share):0 %}; wanted: {FailureResult.LeastShare:0 %} to 100 %"),
        IsAllSo ? "all as wanted" : "MISSED",
    ]);
}

/// <summary>
/// One failure; times in seconds. <see cref="Took"/> is from the decision on record to the last that was heard of any
/// new version, null where nothing was left to be taken back; <see cref="AtMost"/> what the simulation said of it, null
/// where it had nothing to take back;
/// <see cref="Users"/> from the first bad request to the last that a new version served, null where there was none,
/// <see cref="UsersAtMost"/> what the plan had said. <see cref="Differs"/>: what was otherwise than simulated.
/// </summary>
internal sealed record FailureResult(
    string Point, string Step, IReadOnlyList<string> Back, double? Took, double? AtMost, double? Users,
    double UsersAtMost, string? Differs)
{
    /// <summary>A bound that is never nearly reached tells nobody anything.</summary>
    public const double LeastShare = 0.4;

    [JsonIgnore]
    public double? Share => Took / AtMost;

    [JsonIgnore]
    public bool IsWithin => !(Took > AtMost) && !(Users > UsersAtMost);

    [JsonIgnore]
    public bool IsSo => Differs is null && IsWithin && !(Share < LeastShare);

    public string Line() => string.Create(CultureInfo.InvariantCulture,
        $"{Point,-10} {Step,-11} {Took ?? 0,8:0.0} s {AtMost ?? 0,7:0} s {Share ?? 0,5:0 %}            ")
        + (Users is { } users
            ? string.Create(CultureInfo.InvariantCulture,
                $"{users,8:0.0} s {UsersAtMost,7:0} s {users / UsersAtMost,5:0 %}   ")
            : $"{"none",10}{"",19}")
        + string.Join(", ", Back) + (Differs is null ? "" : $"   DIFFERS: {Differs}");
}
