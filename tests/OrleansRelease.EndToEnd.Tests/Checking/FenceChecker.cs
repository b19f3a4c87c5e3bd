namespace OrleansRelease.EndToEnd.Tests.Checking;

/// <summary>
/// Holds what the router did against the record: every change that it made was decided, once, under the fence that it
/// came with.
/// </summary>
internal sealed class FenceChecker(
    string slot, long since, IReadOnlyList<RouterEvent> router, IReadOnlyList<LoggedStep> log)
{
    private readonly ILookup<string, LoggedStep> _decided = (
        from step in log
        from effect in step.Effects
        where effect.Action is "set-traffic" or "lift-shedding" && effect.Slot == slot
        select (effect.Fence, Step: step)).ToLookup(found => found.Fence, found => found.Step);

    public IEnumerable<string> Problems() =>
        from change in router
        where change.Slot == slot && change.Event == "applied" && change.At >= since
        let decided = _decided[change.Fence!].Select(step => $"{step.Key} #{step.Sequence}").ToList()
        where decided.Count != 1
        select decided.Count == 0
            ? $"at {change.At} fence {change.Fence} of {slot} was applied and is not on record"
            : $"fence {change.Fence} of {slot} was decided by {string.Join(" and ", decided)}";
}
