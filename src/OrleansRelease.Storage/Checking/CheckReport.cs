namespace OrleansRelease.Storage.Checking;

/// <summary>
/// What is wrong with the history in a store; <see cref="Problems"/> holds the first of them and
/// <see cref="ProblemCount"/> counts all.
/// </summary>
public sealed record CheckReport(
    long Rows, long Transitions, long ProblemCount, IReadOnlyList<CheckProblem> Problems)
{
    /// <summary>How many problems are listed.</summary>
    public const int MaxProblems = 1000;

    public bool IsClean => ProblemCount == 0;
}

/// <summary>One place where the history of one row does not hold together.</summary>
public sealed record CheckProblem(string Kind, string Key, long Sequence, string Problem);
