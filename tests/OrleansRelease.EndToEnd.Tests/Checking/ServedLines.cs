using System.Globalization;

namespace OrleansRelease.EndToEnd.Tests.Checking;

/// <summary>One line of what one instance wrote about itself: start, stop, crash, or the status of an answer.</summary>
internal sealed record ServedLine(long At, string Version, string What)
{
    public bool IsAnswer => What.All(char.IsAsciiDigit);

    /// <summary>Every run of a version by its own words: from its start to the last that was heard of it.</summary>
    public static IReadOnlyList<ServedRun> Runs(string folder, string pattern) =>
        [.. Directory.EnumerateFiles(folder, pattern).Select(File.ReadAllLines)
            .SelectMany(lines => RunsOf(lines.Select(Parse)))];

    private static IEnumerable<ServedRun> RunsOf(IEnumerable<ServedLine> lines)
    {
        ServedRun? run = null;
        foreach (var line in lines)
        {
            if (line.What == "start")
            {
                if (run is not null) yield return run;
                run = new ServedRun(line.Version, line.At, line.At, 0);
            }
            else if (run is not null)
            {
                run = run with
                {
                    Last = line.At,
                    Answers = run.Answers + (line.IsAnswer ? 1 : 0),
                    FirstBad = run.FirstBad ?? (line.IsAnswer && line.What[0] == '5' ? line.At : null),
                    LastAnswer = line.IsAnswer ? line.At : run.LastAnswer,
                    Stopped = line.What == "stop" ? line.At : run.Stopped,
                };
            }
        }

        if (run is not null) yield return run;
    }

    private static ServedLine Parse(string line) => line.Split(' ') is [var at, var version, var what]
        ? new(long.Parse(at, CultureInfo.InvariantCulture), version, what)
        : throw new FormatException($"'{line}' is not a line of an instance");
}

internal sealed record ServedRun(string Version, long Start, long Last, long Answers)
{
    /// <summary>When a user first got a bad answer.</summary>
    public long? FirstBad { get; init; }

    public long? LastAnswer { get; init; }

    /// <summary>When it had been asked to end, and did.</summary>
    public long? Stopped { get; init; }
}
