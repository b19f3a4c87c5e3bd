using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;

namespace OrleansRelease.LoadTests.Releases;

/// <summary>Releases of one priority; times in seconds.</summary>
internal sealed record PriorityResult(int Priority, int Count, double Median, double Longest);

/// <summary>
/// The object of <c>--json</c>; times in seconds. <see cref="Turns"/>: of how many the turn came while they waited; the
/// longest that one of them <see cref="WaitedInTurn"/>, the most others that one <see cref="WaitedFor"/>, and how many
/// <see cref="Starved"/>: waited for more others than they have slots.
/// </summary>
internal sealed record CrowdResult(
    int Releases, int Slots, int Leases, int Completed, int Yielded, int Overtaken, int Overlapping, double Took,
    double Waited, int Turns, double WaitedInTurn, int WaitedFor, int Starved,
    ImmutableArray<PriorityResult> Priorities)
{
    /// <summary>Where nobody's turn came while it waited, nothing was seen of the bound.</summary>
    [JsonIgnore]
    public bool IsAllSo => Completed == Releases && Turns > 0 && Overtaken == 0 && Overlapping == 0 && Starved == 0;

    public string Table() => string.Join('\n',
    [
        string.Create(CultureInfo.InvariantCulture,
            $"{Releases:N0} releases started at once over {Slots} slots, {Leases:N0} leases, on three servers"),
        string.Create(CultureInfo.InvariantCulture,
            $"{Completed:N0} completed within {Took:0} s, {Releases / Took:0.0} a second; "
            + $"{Yielded:N0} times one gave way"),
        "priority   releases   waited s: median   longest",
        .. Priorities.Select(one => string.Create(CultureInfo.InvariantCulture,
            $"{one.Priority,8}   {one.Count,8:N0}   {one.Median,16:0.0}   {one.Longest,7:0.0}")),
        string.Create(CultureInfo.InvariantCulture,
            $"slots that two had at once: {Overlapping}; slots given past somebody who waited there and goes first: "
            + $"{Overtaken}"),
        string.Create(CultureInfo.InvariantCulture,
            $"longest wait {Waited:0.0} s; of {Turns:N0} the turn came while they waited, and from then on "
            + $"{WaitedInTurn:0.0} s at most, for {WaitedFor} others at most; for more than it has slots: {Starved}"),
        $"no deadlock, no starvation: {(IsAllSo ? "so it was" : "MISSED")}",
    ]);
}
