namespace OrleansRelease.EndToEnd.Tests.Checking;

/// <summary>
/// Judges a rollout without asking the system under test: it knows the order of weights that was planned, the router's
/// own log, and what the instances wrote about themselves. It is asked when every rollout has ended.
/// </summary>
internal sealed class OutsideChecker(
    string slot, IReadOnlyList<int> planned, IReadOnlyList<RouterEvent> router, IReadOnlyList<ServedRun> runs)
{
    /// <summary>Counts are written every tenth of a second: a request from before a change may show after it.</summary>
    private const long TickMilliseconds = 250;

    private static readonly IReadOnlyList<int> AllAtOnce = [10_000];

    /// <summary>A candidate gets more only after it was sent this many requests; 0: that is not looked at.</summary>
    public int Samples { get; init; }

    /// <summary>Whether each version is started once: no instance of them crashes, none is taken from it.</summary>
    public bool IsStartedOnce { get; init; }

    private readonly List<RouterEvent> _changes =
        [.. router.Where(change => change.Slot == slot && change.Event is ("applied" or "restored"))];

    public IReadOnlyList<string> Problems() =>
        [
            .. Fences(), .. Sums(), .. Order(), .. WaysBack(), .. AfterTheWayBack(), .. WithoutEvidence(),
            .. OneInstanceEach(), .. StartedAgain(),
        ];

    /// <summary>Fences rise with every change: none that is lower was applied, and none was applied twice.</summary>
    private IEnumerable<string> Fences()
    {
        var highest = default((int Epoch, int Generation, int Ordinal));
        foreach (var change in _changes)
        {
            var order = change.Number.CompareTo(highest);
            if (change.Event == "restored" ? order < 0 : order <= 0)
                yield return $"at {change.At} fence {change.Fence} was {change.Event} after {highest}";
            highest = change.Number;
        }
    }

    private IEnumerable<string> Sums() =>
        from change in _changes
        let sum = change.Weights!.Values.Sum()
        where sum is not (0 or 10_000)
        select $"at {change.At} the weights of {slot} sum to {sum}";

    /// <summary>
    /// Within one lease a candidate gets the planned weights in their order, none left out; after it lost them it gets
    /// none again.
    /// </summary>
    private IEnumerable<string> Order()
    {
        foreach (var lease in Leases())
        {
            // The first version has nothing beside it to share with.
            var plan = lease.IsFirst ? AllAtOnce : planned;
            var next = 0;
            var wasTakenBack = false;
            foreach (var weight in lease.Weights)
            {
                // An effect that lapsed is decided anew: the same state under a higher fence changes nothing.
                var isSame = next > 0 && weight == plan[next - 1];
                if (weight == 0) wasTakenBack = true;
                else if (wasTakenBack) yield return $"{lease.Name} got {weight} after it had been taken back";
                else if (next < plan.Count && weight == plan[next]) next++;
                else if (!isSame) yield return $"{lease.Name} got {weight} when {Next(plan, next)} was next";
            }

            if (!wasTakenBack && next < plan.Count)
                yield return $"{lease.Name} was left at step {next} of {plan.Count}";
        }
    }

    /// <summary>What was taken back leaves all requests to the version that was there before, to no other.</summary>
    private IEnumerable<string> WaysBack() =>
        from lease in Leases()
        where lease.TakenBackAt is not null && lease.Stable is not null
        let left = lease.Last.Where(pair => pair.Value > 0).ToList()
        where left is not [{ Value: 10_000 } only] || only.Key != lease.Stable
        select $"{lease.Name} left {string.Join(", ", left)} when it was taken back to {lease.Stable}";

    /// <summary>Nobody gets more on no evidence: between two shares the router itself has sent some requests.</summary>
    private IEnumerable<string> WithoutEvidence() =>
        from lease in Leases()
        where Samples > 0 && !lease.IsFirst
        from step in lease.Steps.Zip(lease.Steps.Skip(1))
        where step.Second.Weight > step.First.Weight && step.First.Weight > 0
        let sent = router.Where(counted => counted.Event == "requests" && counted.Slot == slot
            && counted.Version == lease.Candidate && counted.At > step.First.At && counted.From < step.Second.At)
            .Sum(counted => counted.Started)
        where sent < Samples
        select $"{lease.Name} got {step.Second.Weight} when {sent} requests had been sent to it since it got "
            + $"{step.First.Weight}";

    /// <summary>From the application of the way back on no request begins on what was taken back.</summary>
    private IEnumerable<string> AfterTheWayBack() =>
        from lease in Leases()
        where lease.TakenBackAt is not null
        from counted in router
        where counted.Event == "requests" && counted.Slot == slot && counted.Version == lease.Candidate
            && counted.From > lease.TakenBackAt + TickMilliseconds && counted.Started > 0
        select $"{lease.Name}: {counted.Started} requests began at {counted.At}, after {lease.TakenBackAt}";

    private IEnumerable<string> OneInstanceEach() =>
        from run in runs
        from other in runs
        where run.Version == other.Version && run != other && run.Start < other.Start && other.Start < run.Last
        select $"{run.Version} ran twice at once: since {run.Start} until {run.Last}, and since {other.Start}";

    private IEnumerable<string> StartedAgain() =>
        from version in runs.GroupBy(run => run.Version)
        where IsStartedOnce && version.Count() > 1
        select $"{version.Key} was started {version.Count()} times";

    /// <summary>All changes of one generation: one rollout, or one cleaning up in between.</summary>
    private IEnumerable<Lease> Leases()
    {
        var applied = _changes.Where(change => change.Event == "applied").ToList();
        var stable = (string?)null;
        var stableBefore = new Dictionary<int, string?>();
        foreach (var group in applied.GroupBy(change => (change.Number.Epoch, change.Number.Generation)))
        {
            // A restored store grants leases that were granted before: each begins where the first of them began.
            if (!stableBefore.TryAdd(group.Key.Generation, stable)) stable = stableBefore[group.Key.Generation];
            var candidate = group.SelectMany(change => change.Weights!)
                .Where(pair => pair.Key != stable).Select(pair => pair.Key).FirstOrDefault();
            if (candidate is null) continue;
            var weights = group.Select(change => change.Weights!.GetValueOrDefault(candidate)).ToList();
            var back = group.FirstOrDefault(change =>
                change.Weights!.GetValueOrDefault(candidate) == 0 && change != group.First())
                ?? (weights[0] == 0 ? group.First() : null);
            yield return new($"{slot} {group.Key}", candidate, stable, back?.At)
            {
                Steps = [.. group.Zip(weights, (change, weight) => (change.At, weight))],
                Last = group.Last().Weights!,
            };
            if (weights[^1] == 10_000) stable = candidate;
        }
    }

    private static string Next(IReadOnlyList<int> plan, int next) =>
        next < plan.Count ? $"{plan[next]}" : "nothing more";

    private sealed record Lease(string Name, string Candidate, string? Stable, long? TakenBackAt)
    {
        /// <summary>The shares that the candidate got, and when.</summary>
        public required IReadOnlyList<(long At, int Weight)> Steps { get; init; }

        /// <summary>How the lease left the slot.</summary>
        public required IReadOnlyDictionary<string, int> Last { get; init; }

        public bool IsFirst => Stable is null;

        public IEnumerable<int> Weights => Steps.Select(step => step.Weight);
    }
}
