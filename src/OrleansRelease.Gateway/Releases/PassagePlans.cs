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

    /// <summary>What was planned longer ago than so many pages of decisions is in the log alone.</summary>
    private const int MostPages = 20;

    internal static async Task<Answer<PassagePlans>> ReadAsync(
        PassageId id, IPassageGrain passage, ILog log, CancellationToken cancellation)
    {
        var now = await passage.PlanBackAsync(cancellation);
        if (now is not Answer<PlannedRollback>.Accepted { Value: var plan }) return now.RefusalOrNull!;
        var seen = await passage.GetAsync(cancellation);
        return seen is Answer<PassageView>.Accepted { Value: var view }
            ? new PassagePlans(id, plan, await PlansAsync(view, log, cancellation))
            : seen.RefusalOrNull!;
    }

    // From the end: plans are made late in what may be a record of weeks, and of most passages there is none.
    private static async Task<IReadOnlyList<NumberedPlan>> PlansAsync(
        PassageView view, ILog log, CancellationToken cancellation)
    {
        var plans = new List<NumberedPlan>();
        var until = view.Sequence;
        for (var page = 0; page < MostPages && until > 0 && plans.Count < view.State.Plans; page++)
        {
            var after = Math.Max(0, until - PageSize);
            var read = await log.ReadAsync(Kinds.Passage, $"{view.Id}", after, (int)(until - after), cancellation);
            plans.InsertRange(0, read.SelectMany(PlansOf));
            until = after;
        }

        return plans;
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
