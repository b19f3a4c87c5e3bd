using System.Globalization;
using Xunit.Abstractions;

namespace OrleansRelease.EndToEnd.Tests.Faults;

/// <summary>
/// A line for each round as it ends, in the file that <c>eng/faults</c> shows; a table of kinds; and, where results
/// are kept, a file for each kind as soon as its last round is over, so that a run that breaks off has lost little.
/// </summary>
internal sealed class FaultReport(ITestOutputHelper output, FaultRun run)
{
    private readonly List<RoundResult> _results = [];
    private readonly List<string> _table = [];

    public IReadOnlyList<string> Failures =>
        [.. from result in _results from problem in result.Problems select $"{result}\n       {problem}"];

    public void Add(RoundResult result)
    {
        _results.Add(result);
        foreach (var line in LinesOf(result)) Say(line);
    }

    public void Skip(FaultKind kind, string whyNot)
    {
        Say($"  -  {kind.Name,-42} SKIPPED: {whyNot}");
        _table.Add(Row(kind.Name, 0, 0, 1, "-"));
    }

    /// <summary>No further round of this kind comes.</summary>
    public void Conclude(FaultKind kind)
    {
        var results = _results.Where(result => result.Kind == kind).ToList();
        var slowest = results.Max(result => result.Recovery) is { } time
            ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s")
            : "-";
        var row = Row(kind.Name, results.Count, results.Count(result => result.IsPassed), 0, slowest);
        _table.Add(row);
        if (run.FileOf(kind) is { } file)
            File.WriteAllLines(file, [FaultRun.Heading, .. results.SelectMany(LinesOf), "", Head, row]);
    }

    public void Table()
    {
        Say("");
        Say(Head);
        foreach (var row in _table) Say(row);
    }

    private static string Head { get; } = $"{"kind",-44} rounds passed failed skipped  slowest until all move";

    private static IEnumerable<string> LinesOf(RoundResult result) =>
        [result.ToString(), .. result.Problems.Select(problem => $"       {problem}")];

    private void Say(string line)
    {
        output.WriteLine(line);
        if (run.File is { } file) File.AppendAllText(file, line + "\n");
    }

    private static string Row(string name, int rounds, int passed, int skipped, string slowest) => string.Create(
        CultureInfo.InvariantCulture,
        $"{name,-44} {rounds,6} {passed,6} {rounds - passed,6} {skipped,7}  {slowest,22}");
}
