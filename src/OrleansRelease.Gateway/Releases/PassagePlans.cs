using System.Text.Json;
using OrleansRelease.Contracts;
using OrleansRelease.Contracts.Releases;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Planning;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Specs;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Gateway.Releases;

/// <summary>
/// The way back of a passage: as it is or would be now, and the plans by which it was carried out, as they were made.
/// </summary>
public sealed record PassagePlans(PassageId Id, PlannedRollback Now, IReadOnlyList<NumberedPlan> Plans)
{
    private const int PageSize = 500;

    internal static async Task<Answer<PassagePlans>> ReadAsync(
        PassageId id, IPassageGrain passage, ILog log, CancellationToken cancellation)
    {
        var now = await passage.PlanBackAsync(cancellation);
        if (now is not Answer<PlannedRollback>.Accepted { Value: var plan }) return now.RefusalOrNull!;
        var plans = new List<NumberedPlan>();
        for (long after = 0; ;)
        {
            var read = await log.ReadAsync(Kinds.Passage, $"{id}", after, PageSize, cancellation);
            plans.AddRange(read.SelectMany(PlansOf));
            if (read.Count < PageSize) return new PassagePlans(id, plan, plans);
            after = read[^1].Sequence;
        }
    }

    internal static async Task<Answer<PassageSpec>> SpecAsync(
        string hash, ISpecs specs, CancellationToken cancellation) =>
        await specs.GetAsync(hash, cancellation) is { } text
            ? Vocabulary.Read<PassageSpec>(text)
            : new Refusal(RefusalCodes.NotFound, $"the specification {hash} is not in the store");

    // Each is looked at only where it can be one: a passage has many decisions, and few plans.
    private static IEnumerable<NumberedPlan> PlansOf(LogEntry entry)
    {
        if (!entry.Transition.Contains("\"planned\"", StringComparison.Ordinal)) return [];
        try
        {
            return Vocabulary.Read<Transition<PassageInput, PassageEvent>>(entry.Transition).Events
                .OfType<PassageEvent.Planned>()
                .Select(planned => new NumberedPlan(planned.Plan, entry.At, planned.Deadline, entry.Sequence));
        }
        catch (JsonException)
        {
            return [];
        }
    }
}

/// <summary>A plan that was carried out: when it was made, by when it was to be done, by which decision.</summary>
public sealed record NumberedPlan(RollbackPlan Plan, DateTimeOffset At, DateTimeOffset Deadline, long Sequence);
