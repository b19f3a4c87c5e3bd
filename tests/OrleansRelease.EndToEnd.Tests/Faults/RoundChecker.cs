using OrleansRelease.EndToEnd.Tests.Checking;
using OrleansRelease.EndToEnd.Tests.Harness;
using OrleansRelease.Host.Samples;

namespace OrleansRelease.EndToEnd.Tests.Faults;

/// <summary>
/// Judges a round by what routers, instances and callers wrote down themselves, and by the record of decisions; nothing
/// is asked of the system but that its own check of the record finds nothing.
/// </summary>
internal sealed class RoundChecker(
    ISite site, Flow flow, FaultKind kind, IReadOnlyList<Move> moves, IReadOnlyList<GivenCommand> given,
    IReadOnlyList<LoggedStep> log)
{
    /// <summary>What <c>declared.yaml</c> asks of a window before it is a measurement.</summary>
    private const int MinSamples = 3;

    private static readonly TimeSpan GoneWithin = TimeSpan.FromSeconds(30);

    public async Task<IReadOnlyList<string>> ProblemsAsync()
    {
        var instances = await InstancesAsync();
        var router = await flow.Router.ReadAsync();
        return
        [
            .. Ends(), .. Noticed(), .. new CommandChecker(given, log).Problems(),
            .. flow.Services.SelectMany(declared => OfService(declared, router)), .. moves.SelectMany(Bound),
            .. instances, .. await RecordAsync(),
        ];
    }

    private IEnumerable<string> Ends() =>
        from move in moves
        where move.End is { } end && !move.Ends.Contains(end)
        select $"{move.Rollout} ({move.Course}) ended as {move.End}, not as {string.Join(" or ", move.Ends)}";

    private IEnumerable<string> Noticed() =>
        from command in given
        where kind.IsUnnoticed
        from reply in command.Replies
        where !reply.IsAnswer
        select $"the caller of {command} got {reply.Status} {reply.Text}";

    private IReadOnlyList<string> OfService(Declared declared, IReadOnlyList<RouterEvent> router)
    {
        var slot = declared.Slot.ToString();
        return new OutsideChecker(
            slot, Declared.Weights, [.. router.Where(change => change.Slot == slot)], Runs(declared, "*"))
        {
            Samples = MinSamples,
            IsStartedOnce = true,
        }.Problems();
    }

    /// <summary>From its first bad answer to its last one it has the announced bound, or a person was told.</summary>
    private IEnumerable<string> Bound(Move move)
    {
        if (move.Fault != SampleFault.Errors || move.WasPaged || WasOverdue(move)) yield break;
        if (Runs(move.Declared, move.Version) is not [{ FirstBad: { } first, LastAnswer: { } last }]) yield break;
        var took = TimeSpan.FromMilliseconds(last - first);
        if (took > flow.Bound)
        {
            yield return $"{move.Rollout}: {took.TotalSeconds:0.0} s from the first bad answer to the last one, longer "
                + $"than the announced {flow.Bound.TotalSeconds:0.0} s, and nobody was told";
        }
    }

    private bool WasOverdue(Move move) =>
        log.Any(step => step.Key == move.Rollout && step.Events.Contains("way-back-overdue"));

    /// <summary>Of each service its stable version runs, once, and nothing else.</summary>
    private async Task<IReadOnlyList<string>> InstancesAsync()
    {
        try
        {
            await Pace.UntilAsync("only stable versions run", GoneWithin, () => !Others().Any());
            return [];
        }
        catch (TimeoutException)
        {
            return [.. Others()];
        }
    }

    private IEnumerable<string> Others()
    {
        var all = ProcessesOf.Folder(site.Folder.Root);
        foreach (var declared in flow.Services)
        {
            var its = all.Where(command => command.Contains($"/served-{declared.Service}-", StringComparison.Ordinal));
            var versions = its.Select(command => command.Split("--version ")[1].Split(' ')[0]).ToList();
            var stable = flow.StableOf(declared);
            if (versions is not [var only] || only != stable)
                yield return $"of {declared.Slot} run [{string.Join(", ", versions)}], not {stable}";
        }
    }

    private async Task<IReadOnlyList<string>> RecordAsync()
    {
        await using var check = HostProgram.Start(["check", .. site.Store]);
        return await check.EndAsync() == 0 ? [] : [$"check: {check.Out}{check.Error}"];
    }

    private IReadOnlyList<ServedRun> Runs(Declared declared, string version) =>
        ServedLine.Runs(site.Folder.Logs, $"served-{declared.Service}-{version}-*.log");
}
