using System.Diagnostics;
using OrleansRelease.Cli.Connection;

namespace OrleansRelease.Cli.Texts;

/// <summary>What went wrong, and what to do next.</summary>
internal static class ProblemText
{
    public static string Of(Reply reply) => reply switch
    {
        Reply.Refused { Problem: var problem } => string.Join('\n', OfRefusal(problem)),
        Reply.Unknown { Why: var why, Again: var again } =>
            $"not known whether it was carried out: {why}\n"
                + "next      look first: orel explain, orel get rollouts; then again, it is carried out once:\n"
                + $"          {again}",
        Reply.Unreachable { Why: var why } =>
            $"{why}\nnext      check that the server runs, and --server or OREL_SERVER",
        _ => throw new UnreachableException(),
    };

    public static int ExitCodeOf(Reply reply) => reply switch
    {
        Reply.Answered => ExitCode.Good,
        Reply.Refused => ExitCode.Refused,
        Reply.Unknown => ExitCode.OutcomeUnknown,
        Reply.Unreachable => ExitCode.CannotReach,
        _ => throw new UnreachableException(),
    };

    private static IEnumerable<string> OfRefusal(ProblemBody problem)
    {
        foreach (var wrong in problem.Problems ?? []) yield return wrong.ToString();
        yield return $"refused   {problem.Detail} ({problem.Code ?? problem.Status?.ToString()})";
        if (problem.Problems is not null) yield break;
        foreach (var (line, i) in (problem.Accepted ?? "").Split('\n').Select((line, i) => (line, i)))
        {
            if (line.Length > 0) yield return $"{(i == 0 ? "accepted" : ""),-10}{line}";
        }

        if (problem.Code == "unauthorized")
            yield return "next      OREL_TOKEN or --token-file: the server's data folder holds admin.token";
    }
}
