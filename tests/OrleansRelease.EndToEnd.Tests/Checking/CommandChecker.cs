namespace OrleansRelease.EndToEnd.Tests.Checking;

/// <summary>
/// Holds what callers were told against the record: an accepted command is there exactly once, a refused one is not
/// there, one without an answer at most once; and all answers under one key say the same.
/// </summary>
internal sealed class CommandChecker(IReadOnlyList<GivenCommand> given, IReadOnlyList<LoggedStep> log)
{
    public IReadOnlyList<string> Problems() => [.. Counts(), .. Answers(), .. Gaps()];

    private IEnumerable<string> Counts() =>
        from command in given
        where command.Sort != CommandSort.Other
        let times = log.Count(step => Is(step, command))
        let problem = command switch
        {
            { IsAccepted: true } when times == 0 => "was accepted and is lost",
            { IsAccepted: true } when times > 1 => $"was accepted once and carried out {times} times",
            { IsAccepted: false, Last.IsAnswer: true } when times > 0 => "was refused and carried out",
            { IsAccepted: false } when times > 1 => $"had no answer and was carried out {times} times",
            _ => null,
        }
        where problem is not null
        select $"{command} {problem}";

    private IEnumerable<string> Answers() =>
        from command in given
        let said = command.Replies.Where(reply => reply.IsAnswer).Select(reply => Said(command, reply)).Distinct()
        where said.Count() > 1
        select $"{command} was answered differently under one key: {string.Join(" | ", said)}";

    /// <summary>The decisions on one thing are numbered from 1 on without a gap, and none has two.</summary>
    private IEnumerable<string> Gaps() =>
        from of in log.GroupBy(step => (step.Kind, step.Key))
        let numbers = of.Select(step => step.Sequence).Order().ToList()
        where !numbers.SequenceEqual(Enumerable.Range(1, numbers.Count).Select(n => (long)n))
        select $"{of.Key.Kind} {of.Key.Key} has {numbers.Count} decisions on record up to number {numbers[^1]}";

    // What a started rollout is called stays; how far one has come since may be told by a later answer.
    private static string Said(GivenCommand command, CommandReply reply) =>
        command.Sort == CommandSort.Start ? $"{reply.Status} {reply.Text}" : $"{reply.Status}";

    private static bool Is(LoggedStep step, GivenCommand command) => command.Sort == CommandSort.Start
        ? step.Kind == "slot" && step.Input == "start" && step.Started == command.Subject
        : step.Reason == command.Key;
}
