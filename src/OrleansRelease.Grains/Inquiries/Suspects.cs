using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using OrleansRelease.Core.Attribution;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Inquiries;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Slots;
using OrleansRelease.Core.Specs;
using OrleansRelease.Grains.Effects;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Inquiries;

/// <summary>
/// Whoever may have made a service worse, and what is on record of each; as one look wants it, so each is read once.
/// </summary>
internal sealed class Suspects(
    LookScope scope, IRows rows, ILog log, SpecCache specs, RequestCounts counts)
{
    /// <summary>What has ended so long before the onset is no suspect.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromHours(1);

    private const int LogPage = 500;

    /// <summary>A rollout with more transitions than these pages have is not read, and so nobody is blamed.</summary>
    private const int MostPages = 20;

    private readonly ConcurrentDictionary<SlotKey, Lazy<Task<SlotHistory?>>> _ofSlots = new();
    private readonly ConcurrentDictionary<RolloutId, Lazy<Task<RolloutRecord?>>> _known = new();

    /// <summary>All of them for one service, and how many more there may be.</summary>
    public async Task<SuspectList> GatherAsync(Degradation worse, CancellationToken cancellation)
    {
        var (found, moving, unread) = (
            worse.Blamed.Select(one => one.Rollout).ToHashSet(), ImmutableArray.CreateBuilder<RolloutId>(), 0);
        var slots = new Dictionary<ServiceName, SlotHistory>();
        var ways = Ways.From(worse.Slot.Service, one => scope.Calls.GetValueOrDefault(one, []));
        foreach (var service in ways.Keys.Where(scope.Services.Contains))
        {
            // What it calls may be why.
            if (!scope.Calls.ContainsKey(service)) unread++;
            var history = await _ofSlots.GetOrAdd(
                worse.Slot with { Service = service }, slot => new(() => ReadSlotAsync(slot, cancellation))).Value;
            if (history is null || history.CompleteSince > worse.Onset - Remembered) unread++;
            if (history is not null) slots[service] = history;
            if (history?.Holder is { } holder) moving.Add(holder);
            found.UnionWith((history?.Movers ?? [])
                .Where(one => one.Until > worse.Onset - Remembered).Select(one => one.Id));
        }

        var each = new List<Candidacy>();
        foreach (var id in found.OrderBy(id => $"{id}", StringComparer.Ordinal))
        {
            // A way that is known no more was one when it was blamed.
            var way = ways.GetValueOrDefault(id.Slot.Service, [worse.Slot.Service, id.Slot.Service]);
            each.Add(await CandidacyAsync(id, way, slots.GetValueOrDefault(id.Slot.Service), worse, cancellation));
        }

        return new(
            [.. each.Select(one => one.Suspect).OfType<Suspect>()], moving.ToImmutable(),
            unread + each.Count(one => one.IsUnread), NewcomerAt(worse, each),
            each.Any(one => !one.StepsAfterOnset.IsEmpty));
    }

    // What one more brings that steps later is mixed with the others' doing from then on. So much is counted all the
    // same after the onset, or after somebody has gone back.
    private static DateTimeOffset? NewcomerAt(Degradation worse, List<Candidacy> each)
    {
        var settled = each.Select(one => one.Suspect).OfType<Suspect>().Where(one => one.Steps[^1].Share <= 0)
            .Select(one => one.Steps[^1].At).Append(worse.Onset).Max();
        return each.SelectMany(one => RisesOf(one.StepsAfterOnset))
            .Where(step => step.At > settled + InquiryDecider.SeparateAfter).Min(step => (DateTimeOffset?)step.At);
    }

    private static IEnumerable<ShareStep> RisesOf(ImmutableArray<ShareStep> steps) =>
        steps.Where((step, i) => step.Share > (i > 0 ? steps[i - 1].Share : 0));

    // Who stepped only afterwards has not begun it: what is to mend it is not held.
    private async Task<Candidacy> CandidacyAsync(
        RolloutId rollout, ImmutableArray<ServiceName> way, SlotHistory? slot, Degradation worse,
        CancellationToken cancellation)
    {
        var known = await _known.GetOrAdd(rollout, one => new(() => ReadAsync(one, cancellation))).Value;
        if (known is null) return new(null, IsUnread: true, []);
        if (known.Spec is not { } spec || !known.Steps.Any(step => step.Share > 0)) return new(null, false, []);
        var steps = slot?.ReplacedAt(rollout) is { } at ? ShareHistory.Replaced(known.Steps, at) : known.Steps;
        if (!steps.Any(step => step.Share > 0 && step.At <= worse.Onset + BlameJudge.Blur))
            return new(null, false, steps);
        var (split, isUnread) = await SplitAsync(spec, worse, isOwn: way.Length == 1, cancellation);
        return isUnread ? new(null, IsUnread: true, []) : new(new(rollout, way, steps, split), false, []);
    }

    private async Task<SlotHistory?> ReadSlotAsync(SlotKey slot, CancellationToken cancellation)
    {
        if (await rows.GetAsync(Kinds.Slot, $"{slot}", cancellation) is not { } stored)
            return new(null, [], null, null);
        if (Read<Row<SlotState>>(stored.Payload)?.State is not { } state) return null;
        var all = state.Recent.Select(ended => (ended.Id, Until: ended.At)).ToList();
        if (state.Stable is { Rollout: { } rollout } stable) all.Add((rollout, stable.Since));
        if (state.Holder?.Rollout.Id is { } holder) all.Add((holder, DateTimeOffset.MaxValue));
        return new(
            state.Holder?.Rollout.Id,
            [.. all.GroupBy(one => one.Id).Select(same => (same.Key, same.Max(one => one.Until)))],
            state.Recent.Length < SlotLimits.RememberedEnds ? null : state.Recent[0].At, state.Stable);
    }

    private async Task<RolloutRecord?> ReadAsync(RolloutId rollout, CancellationToken cancellation)
    {
        // Of one that has the lease and has not begun there is no row yet.
        if (await rows.GetAsync(Kinds.Rollout, $"{rollout}", cancellation) is not { } stored)
            return RolloutRecord.Nothing;
        if (Read<Row<RolloutState>>(stored.Payload)?.State is not { } state) return null;
        if (state.HasNeverBegun || state.IsNeedless) return RolloutRecord.Nothing;
        try
        {
            return await specs.GetAsync(state.SpecHash, cancellation) is { } spec
                && await StepsAsync(rollout, spec, cancellation) is { } steps
                ? new(spec, steps)
                : null;
        }
        // What one rollout's record makes fail must not hide who else there is.
        catch (Exception) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task<ImmutableArray<ShareStep>?> StepsAsync(
        RolloutId rollout, RolloutSpec spec, CancellationToken cancellation)
    {
        var transitions = new List<Transition<RolloutInput, RolloutEvent>>();
        for (var (page, after) = (0, 0L); page < MostPages; page++)
        {
            var read = await log.ReadAsync(Kinds.Rollout, $"{rollout}", after, LogPage, cancellation);
            transitions.AddRange(read.Select(
                entry => Vocabulary.Read<Transition<RolloutInput, RolloutEvent>>(entry.Transition)));
            if (read.Count < LogPage) return ShareHistory.Of(spec, transitions);
            after = read[^1].Sequence;
        }

        return null;
    }

    // By the objective of the same name, where it has one: another one may be worse for a reason of its own. A split
    // that is there and cannot be read is not as none: what it would say may be all that clears it.
    private async Task<(Split? Split, bool IsUnread)> SplitAsync(
        RolloutSpec spec, Degradation worse, bool isOwn, CancellationToken cancellation)
    {
        if (spec.Slos?.FirstOrDefault(one => one.Name == worse.Slo.Name) is not { } slo
            || !counts.CanSplit(spec, slo))
        {
            return (null, IsUnread: false);
        }

        return await counts.OfAllAsync(spec, slo, worse.From, cancellation) is { } total
            && await counts.OfCandidateAsync(spec, slo, worse.From, cancellation) is { } its
            ? (Splits.Of(isOwn ? SeenAt.TheDegraded : SeenAt.ItsOwn, worse.Without(total), its), IsUnread: false)
            : (null, IsUnread: true);
    }

    private static T? Read<T>(string payload)
        where T : class
    {
        try
        {
            return Vocabulary.Read<T>(payload);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Whose lease it is now, and who has moved it, each until when.</summary>
    /// <param name="CompleteSince">Who ended before that is not known any more; null: none.</param>
    private sealed record SlotHistory(
        RolloutId? Holder, ImmutableArray<(RolloutId Id, DateTimeOffset Until)> Movers, DateTimeOffset? CompleteSince,
        StableVersion? Stable)
    {
        /// <summary>When what another one brought became stable instead of its version; null: it has not.</summary>
        public DateTimeOffset? ReplacedAt(RolloutId rollout) =>
            rollout != Holder && Stable?.Rollout != rollout ? Stable?.Since : null;
    }

    /// <summary>
    /// A suspect; or none: because nobody can read what is on record, or because it stepped only later.
    /// </summary>
    private readonly record struct Candidacy(
        Suspect? Suspect, bool IsUnread, ImmutableArray<ShareStep> StepsAfterOnset);

    private sealed record RolloutRecord(RolloutSpec? Spec, ImmutableArray<ShareStep> Steps)
    {
        /// <summary>It has moved nothing.</summary>
        public static RolloutRecord Nothing { get; } = new(null, []);
    }
}
