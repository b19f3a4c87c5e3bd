using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;
using OrleansRelease.Testing.Releases;

namespace OrleansRelease.LoadTests.Kills;

/// <summary>One release: how it ended, when somebody was killed meanwhile, and all that is wrong with it.</summary>
internal sealed record KillRound(
    int Number, string Ended, TimeSpan Took, TimeSpan? Moment, string Killed, int Changes,
    ImmutableArray<string> Problems)
{
    /// <summary>Whether somebody was killed while it was under way.</summary>
    public bool IsHit => Moment < Took;

    /// <summary>Every second one fails, and all of it is taken back.</summary>
    [JsonIgnore]
    public bool Fails => Number % 2 == 1;

    [JsonIgnore]
    public string Line => string.Create(CultureInfo.InvariantCulture,
        $"{Number,5}   {Ended,-10}   {Took.TotalSeconds,6:0.0}   {Moment?.TotalSeconds,9:0.00}   {Killed,-20}   "
        + $"{Changes,7}   {(Problems.IsEmpty ? "all as it should be" : string.Join("; ", Problems))}");
}

/// <summary>The object of <c>--json</c>: as many kills as wanted, each while its release was under way.</summary>
internal sealed record KillsResult(
    int Wanted, ImmutableArray<KillRound> Rounds, int Repeated, int Overtaken, long Transitions,
    ImmutableArray<string> Record)
{
    [JsonIgnore]
    public int Hits => Rounds.Count(round => round.IsHit);

    [JsonIgnore]
    public bool IsAllSo => Hits >= Wanted && Record.IsEmpty && Rounds.All(round => round.Problems.IsEmpty);

    public string Table() => string.Join('\n',
    [
        "round   ended         took s   killed at   who                    changes",
        .. Rounds.Select(round => round.Line),
        string.Create(
            CultureInfo.InvariantCulture, $"killed while their release was under way: {Hits}; wanted: {Wanted}"),
        $"calls that came twice and changed nothing: {Repeated}; calls that came too late and changed nothing: "
            + $"{Overtaken}",
        string.Create(CultureInfo.InvariantCulture, $"{Transitions:N0} decisions on record, {Record.Length} problems"),
        .. Record,
        $"same end, nothing lost, nothing doubled: {(IsAllSo ? "so it was" : "MISSED")}",
    ]);
}

/// <summary>
/// What is asked for once more when nobody knows whether it was done changes nothing, and is no step of its own.
/// </summary>
internal static class Repeats
{
    public static ImmutableArray<Touched> Without(ImmutableArray<Touched> log)
    {
        var last = new Dictionary<string, Touch>();
        var kept = ImmutableArray.CreateBuilder<Touched>();
        foreach (var touched in log)
        {
            if (last.TryGetValue(touched.Service, out var before) && before == touched.What) continue;
            last[touched.Service] = touched.What;
            kept.Add(touched);
        }

        return kept.ToImmutable();
    }
}
