using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Slots;
using OrleansRelease.EndToEnd.Tests.Checking;
using OrleansRelease.EndToEnd.Tests.Harness;

namespace OrleansRelease.EndToEnd.Tests.Faults;

/// <summary>Judges a round by what was seen of it, and first of all whether the fault struck anything.</summary>
internal sealed class RoundChecker(RoundSeen seen)
{
    /// <summary>What <c>declared.yaml</c> asks of a window before it is a measurement.</summary>
    private const int MinSamples = 3;

    /// <summary>Of so many answers of a bad version at least one is a bad one.</summary>
    private const int SurelyBad = 5;

    private static readonly TimeSpan MovesWithin = TimeSpan.FromSeconds(60);

    public IReadOnlyList<string> Problems() =>
        [
            .. Proof(), .. Recovered(), .. Ends(), .. Weights(), .. Noticed(),
            .. new CommandChecker(seen.Given, seen.Log).Problems(),
            .. new PermitChecker(seen.Permits, seen.Log).Problems(),
            .. seen.Moves.SelectMany(OfService), .. seen.Moves.SelectMany(Bound),
            .. Others(seen.Moves, seen.Processes, seen.Kind.OldMayStay ? Postponed() : []),
            .. new FoldChecker(seen.Rows, seen.Specs).Problems(),
        ];

    /// <summary>Of each service its stable version runs, once, and nothing else.</summary>
    /// <param name="postponed">Slots and versions that run on until they are taken down later.</param>
    public static IEnumerable<string> Others(
        IReadOnlyList<MoveSeen> moves, IReadOnlyList<string> processes,
        IReadOnlyCollection<(string Slot, string Version)> postponed)
    {
        foreach (var move in moves)
        {
            var its = processes.Where(command =>
                command.Contains($"/served-{move.Declared.Service}-", StringComparison.Ordinal));
            var versions = its.Select(command => command.Split("--version ")[1].Split(' ')[0])
                .Where(version => !postponed.Contains((move.Slot, version))).ToList();
            if (versions is not [var only] || only != move.Stable)
                yield return $"of {move.Slot} run [{string.Join(", ", versions)}], not {move.Stable}";
        }
    }

    /// <summary>What could not be taken down and is on record to be tried again.</summary>
    private HashSet<(string Slot, string Version)> Postponed() =>
    [
        .. from row in seen.Rows
           where row.Kind == "slot"
           from old in Vocabulary.Read<Row<SlotState>>(row.Payload).State?.Retirements ?? []
           where old is { Rounds: > 0, Running: false }
           select (row.Key, $"{old.Version}"),
    ];

    private IEnumerable<string> Proof()
    {
        if (seen.Kind.WhyUnproven(seen) is { } missing) yield return $"there is no sign of the fault: {missing}";
        if (!seen.Moving().Any()) yield return $"nothing moved at {seen.StruckAt:O}, when the fault struck";
    }

    private IEnumerable<string> Recovered()
    {
        if (seen.Recovery > MovesWithin)
        {
            yield return $"one stood still for {seen.Recovery.Value.TotalSeconds:0.0} s when it could have gone on, "
                + $"longer than {MovesWithin.TotalSeconds:0} s";
        }
    }

    private IEnumerable<string> Ends() =>
        from move in seen.Moves
        where move.End is { } end && !move.Ends.Contains(end)
        select $"{move} ended as {move.End}, not as {string.Join(" or ", move.Ends)}";

    /// <summary>Whatever callers were told, users get what they should.</summary>
    private IEnumerable<string> Weights() =>
        from move in seen.Moves
        let last = seen.Router.LastOrDefault(change =>
            change.Slot == move.Slot && change.Event is ("applied" or "restored"))
        let shares = last?.Weights?.Where(pair => pair.Value > 0).ToList() ?? []
        let expected = move.End switch
        {
            Phase.Succeeded => move.Version,
            null => null,
            _ => move.Stable,
        }
        where expected is not null && (shares is not [{ Value: 10_000 } only] || only.Key != expected)
        select $"{move} ended as {move.End} and the router sends users to [{string.Join(", ", shares)}], not to "
            + $"{expected}";

    private IEnumerable<string> Noticed() =>
        from command in seen.Given
        where seen.Kind.IsUnnoticed
        from reply in command.Replies
        where !reply.IsAnswer
        select $"the caller of {command} got {reply.Status} {reply.Text}";

    private IReadOnlyList<string> OfService(MoveSeen move)
    {
        var (slot, since) = (move.Slot, seen.BeganAt.ToUnixTimeMilliseconds());
        List<RouterEvent> router = [.. seen.Router.Where(change => change.Slot == slot)];
        return
        [
            .. new OutsideChecker(slot, Declared.Weights, router, move.Runs)
            {
                Samples = MinSamples,
                IsStartedOnce = true,
            }.Problems(),
            .. new FenceChecker(slot, since, router, seen.Log).Problems(),
            .. new StopChecker(slot, router, move.Runs).Problems(),
        ];
    }

    /// <summary>From its first bad answer to its last one it has the announced bound, or a person was told.</summary>
    private IEnumerable<string> Bound(MoveSeen move)
    {
        if (move.Course != Course.Bad || move.WasPaged || WasOverdue(move)) yield break;
        var runs = move.Runs.Where(run => run.Version == move.Version).ToList();
        if (runs.Min(run => run.FirstBad) is { } first && runs.Max(run => run.LastAnswer) is { } last)
        {
            var took = TimeSpan.FromMilliseconds(last - first);
            if (took > seen.Bound)
            {
                yield return $"{move}: {took.TotalSeconds:0.0} s from the first bad answer to the last one, longer "
                    + $"than the announced {seen.Bound.TotalSeconds:0.0} s, and nobody was told";
            }
        }
        else if (SentTo(move) is >= SurelyBad and var sent)
        {
            yield return $"{move}: {sent} requests were sent to it, and it has written down no bad answer";
        }
    }

    private long SentTo(MoveSeen move) => seen.Router
        .Where(counted => counted is { Event: "requests" } && counted.Slot == move.Slot
            && counted.Version == move.Version)
        .Sum(counted => counted.Started);

    private bool WasOverdue(MoveSeen move) =>
        seen.StepsOf(move).Any(step => step.Events.Contains("way-back-overdue"));
}
