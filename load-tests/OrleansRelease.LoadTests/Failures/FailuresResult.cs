using System.Globalization;
using System.Text.Json.Serialization;

namespace OrleansRelease.LoadTests.Failures;

/// <summary>The object of <c>--json</c>.</summary>
internal sealed record FailuresResult(IReadOnlyList<FailureResult> Failures)
{
    [JsonIgnore]
    public bool IsAllSo => Failures.Count > 0 && Failures.All(failure => failure.IsSo);

    private IEnumerable<TakenBack> All => Failures.SelectMany(failure => failure.Both);

    public string Table() => string.Join('\n',
    [
        "fails after            way back, from the decision           users, from the first bad request     taken back",
        "                       at most     calm        worst         at most     calm        worst",
        .. Failures.Select(failure => failure.Line()),
        All.All(one => one.Differs is null)
            ? $"{Failures.Count} failures, calm and worst: the same steps, in the same order, as simulated"
            : "NOT as simulated",
        Failures.All(failure => failure.IsWithin) ? "none took longer than announced" : "LONGER than announced",
        $"calm, ways back took {Range(failure => failure.Calm)} of the announced time",
        string.Create(CultureInfo.InvariantCulture,
            $"at worst {Range(failure => failure.Worst)}; wanted: {FailureResult.LeastShare:0 %} to 100 %"),
        IsAllSo ? "all as wanted" : "MISSED",
    ]);

    private string Range(Func<FailureResult, TakenBack?> which)
    {
        var shares = Failures.Select(failure => which(failure)?.Took / failure.AtMost).ToList();
        return string.Create(CultureInfo.InvariantCulture, $"{shares.Min():0 %} to {shares.Max():0 %}");
    }
}

/// <summary>
/// One failure; times in seconds. <see cref="AtMost"/> is what the simulation said of the way back from its decision,
/// null where it had nothing to take back; <see cref="UsersAtMost"/> what the plan had said, from the first bad
/// request. <see cref="Worst"/> is null where nothing was left that could have gone worse.
/// </summary>
internal sealed record FailureResult(
    string Point, string Step, double? AtMost, double UsersAtMost, TakenBack Calm, TakenBack? Worst)
{
    /// <summary>
    /// A bound that is not even nearly reached when all happens that it has time for tells nobody anything.
    /// </summary>
    public const double LeastShare = 0.4;

    [JsonIgnore]
    public IEnumerable<TakenBack> Both => new[] { Calm, Worst }.OfType<TakenBack>();

    [JsonIgnore]
    public bool IsWithin => Both.All(one => !(one.Took > (AtMost ?? 0)) && !(one.Users > UsersAtMost));

    [JsonIgnore]
    public bool IsSo => Both.All(one => one.Differs is null) && IsWithin
        && (AtMost is null || Worst?.Took / AtMost >= LeastShare);

    public string Line() => string.Create(CultureInfo.InvariantCulture, $"{Point,-10} {Step,-11}")
        + Columns(AtMost, one => one.Took) + "  " + Columns(UsersAtMost, one => one.Users) + "  "
        + string.Join(", ", Calm.Order)
        + (Worst is { Struck: { } struck } ? $"   [{struck}]" : "")
        + string.Concat(Both.Where(one => one.Differs is not null).Select(one => $"   DIFFERS: {one.Differs}"));

    private string Columns(double? atMost, Func<TakenBack, double?> which) => string.Create(
        CultureInfo.InvariantCulture, $"{atMost ?? 0,6:0} s ") + Column(which(Calm), atMost)
        + Column(Worst is null ? null : which(Worst), atMost);

    private static string Column(double? took, double? atMost) => took is null
        ? $"{"none",14}"
        : string.Create(CultureInfo.InvariantCulture, $"{took,6:0.0} s {took / atMost,5:0 %}");
}

/// <summary>
/// One way back; times in seconds. <see cref="Took"/> is from the decision on record to the last that was heard of any
/// new version, null where nothing was taken back; <see cref="Users"/> from the first bad request to the last that a
/// new version served, null where there was none. <see cref="Differs"/>: what was otherwise than simulated;
/// <see cref="Struck"/>: what was made to go wrong on the way.
/// </summary>
internal sealed record TakenBack(
    double? Took, double? Users, IReadOnlyList<string> Order, string? Differs, string? Struck);
