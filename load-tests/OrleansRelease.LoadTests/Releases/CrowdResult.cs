using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;

namespace OrleansRelease.LoadTests.Releases;

/// <summary>Releases of one priority; times in seconds.</summary>
internal sealed record PriorityResult(int Priority, int Count, double Median, double Longest);

/// <summary>
/// The object of <c>--json</c>; times in seconds. <see cref="Closest"/>: of all releases the largest share that one has
/// waited of what it may wait at most.
/// </summary>
internal sealed record CrowdResult(
    int Releases, int Slots, int Leases, int Completed, int Yielded, int Overtaken, int Overlapping, double Took,
    double Waited, double Bound, double Closest, ImmutableArray<PriorityResult> Priorities)
{
    [JsonIgnore]
    public bool IsAllSo => Completed == Releases && Overtaken == 0 && Overlapping == 0 && Closest <= 1;

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
            $"longest wait {Waited:0.0} s where {Bound:0} s were allowed; at most {Closest:P0} of what was allowed"),
        $"no deadlock, no starvation: {(IsAllSo ? "so it was" : "MISSED")}",
    ]);
}
