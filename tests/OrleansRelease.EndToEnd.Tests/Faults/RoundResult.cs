using System.Globalization;
using OrleansRelease.Core.Rollouts;

namespace OrleansRelease.EndToEnd.Tests.Faults;

/// <summary>What came of one round.</summary>
internal sealed record RoundResult(FaultKind Kind, int Number, int Seed)
{
    public TimeSpan Took { get; init; }

    public IReadOnlyList<Phase> Ends { get; init; } = [];

    public int Commands { get; init; }

    /// <summary>
    /// Since nothing stood in the way any more, until the last of the rollouts that were moving had moved again; null
    /// where that has no meaning.
    /// </summary>
    public TimeSpan? Recovery { get; init; }

    public IReadOnlyList<string> Problems { get; init; } = [];

    public bool IsPassed => Problems.Count == 0;

    public override string ToString()
    {
        var ends = string.Join(", ", Ends.GroupBy(end => end).OrderByDescending(of => of.Count())
            .Select(of => string.Create(CultureInfo.InvariantCulture, $"{of.Count()} {of.Key}")));
        var recovery = Recovery is { } time
            ? string.Create(CultureInfo.InvariantCulture, $", all move after {time.TotalSeconds:0.0} s")
            : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Number,3}  {Kind.Name,-42} {(IsPassed ? "passed" : "FAILED")} {Took.TotalSeconds,5:0.0} s  {ends}; "
            + $"{Commands} commands{recovery}; seed {Seed}");
    }
}
