namespace OrleansRelease.EndToEnd.Tests.Checking;

/// <summary>
/// Holds the record of rollouts of one environment against how many may move there at once: each moves from where it
/// got its permit until it has ended, and changes nothing before. What made room for another is on record before what
/// took it, whatever the clocks said.
/// </summary>
internal sealed class PermitChecker(int limit, IReadOnlyList<LoggedStep> log)
{
    private static readonly string[] Outside = ["deploy", "set-traffic", "retire"];

    public IEnumerable<string> Problems() => [.. TooMany(), .. WithoutPermit()];

    private IEnumerable<string> TooMany()
    {
        var moving = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var step in log.Where(step => step.Kind == "rollout").OrderBy(step => step.Position))
        {
            if (step.Input == "permit-granted" && moving.Add(step.Key) && moving.Count > limit)
                yield return $"at {step.At:O} {moving.Count} move, not {limit}: {string.Join(", ", moving)}";
            if (step.Events.Contains("finished")) moving.Remove(step.Key);
        }
    }

    private IEnumerable<string> WithoutPermit() =>
        from rollout in log.Where(step => step.Kind == "rollout").GroupBy(step => step.Key)
        let steps = rollout.OrderBy(step => step.Sequence)
        let early = steps.TakeWhile(step => step.Input != "permit-granted")
            .FirstOrDefault(step => step.Effects.Any(effect => Outside.Contains(effect.Action)))
        where early is not null
        select $"{rollout.Key} changes something at #{early.Sequence}, before it has a permit";
}
