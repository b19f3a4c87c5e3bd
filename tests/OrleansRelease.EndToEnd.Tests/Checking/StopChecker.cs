namespace OrleansRelease.EndToEnd.Tests.Checking;

/// <summary>Nothing is stopped while the router may send users to it: an instance ends without a share.</summary>
internal sealed class StopChecker(string slot, IReadOnlyList<RouterEvent> router, IReadOnlyList<ServedRun> runs)
{
    private readonly List<RouterEvent> _changes =
        [.. router.Where(change => change.Slot == slot && change.Event is ("applied" or "restored"))];

    public IEnumerable<string> Problems() =>
        from run in runs
        where run.Stopped is not null
        let share = _changes.LastOrDefault(change => change.At <= run.Stopped)?.Weights?.GetValueOrDefault(run.Version)
        where share > 0
        select $"{run.Version} was stopped at {run.Stopped} when {share} of {slot} were its";
}
