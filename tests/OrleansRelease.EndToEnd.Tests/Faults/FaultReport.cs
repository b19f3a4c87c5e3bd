using System.Globalization;
using Xunit.Abstractions;

namespace OrleansRelease.EndToEnd.Tests.Faults;

/// <summary>A line for each round as it ends, in the file that <c>eng/faults</c> shows; a table of kinds.</summary>
internal sealed class FaultReport(ITestOutputHelper output, string? file)
{
    private readonly List<RoundResult> _results = [];
    private readonly List<(FaultKind Kind, string WhyNot)> _skipped = [];

    public IReadOnlyList<string> Failures =>
        [.. from result in _results from problem in result.Problems select $"{result}\n       {problem}"];

    public void Say(string line)
    {
        output.WriteLine(line);
        if (file is not null) File.AppendAllText(file, line + "\n");
    }

    public void Add(RoundResult result)
    {
        _results.Add(result);
        Say(result.ToString());
        foreach (var problem in result.Problems) Say($"       {problem}");
    }

    public void Skip(FaultKind kind, string whyNot)
    {
        _skipped.Add((kind, whyNot));
        Say($"  -  {kind.Name,-42} SKIPPED: {whyNot}");
    }

    public void Table()
    {
        Say("");
        Say($"{"kind",-44} rounds passed failed skipped  slowest until all move");
        foreach (var of in _results.GroupBy(result => result.Kind.Name))
        {
            var slowest = of.Max(result => result.Recovery) is { } time
                ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s")
                : "-";
            Say(Line(of.Key, of.Count(), of.Count(result => result.IsPassed), 0, slowest));
        }

        foreach (var (kind, _) in _skipped) Say(Line(kind.Name, 0, 0, 1, "-"));
    }

    private static string Line(string name, int rounds, int passed, int skipped, string slowest) => string.Create(
        CultureInfo.InvariantCulture,
        $"{name,-44} {rounds,6} {passed,6} {rounds - passed,6} {skipped,7}  {slowest,22}");
}
