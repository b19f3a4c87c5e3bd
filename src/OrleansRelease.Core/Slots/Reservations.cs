using System.Collections.Immutable;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Leases;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Slots;

/// <summary>What a rollout may cost one error budget at worst, set aside from its start until it has ended.</summary>
/// <param name="Slo">The objective's name.</param>
/// <param name="Price">Its dearest step, as time for which everything is bad.</param>
public sealed record Reservation(string Slo, TimeSpan Price);

/// <summary>A wish to spend of an error budget.</summary>
/// <param name="Reservation">What would be set aside.</param>
/// <param name="Left">What is left of the budget by the source's counts, reservations not taken off.</param>
/// <param name="Limit">The share of what is left and not reserved that it may cost.</param>
public sealed record BudgetClaim(Reservation Reservation, TimeSpan Left, decimal Limit);

/// <summary>
/// Which rollouts of a slot may spend its error budgets. Two cannot spend the same part of one: what has been reserved
/// by whoever moves or waits is gone for the next, until that one has ended and what it did is in the counts.
/// </summary>
internal static class Reservations
{
    public static Refusal? Overbooked(SlotState slot, StartOrder order) => order.Emergency is null
        ? Overbooked(slot, order.Version, order.WhenBusy, order.Budgets)
        : null;

    public static Refusal? Overbooked(
        SlotState slot, VersionName version, WhenBusy whenBusy, ImmutableArray<BudgetClaim>? budgets) =>
        Overbooked(slot, version, budgets, _ => whenBusy == WhenBusy.Supersede);

    /// <summary>
    /// The same of a passage's claim, once what it had claimed there before is given back. Nothing is moved where its
    /// version is stable, and a way back always goes.
    /// </summary>
    public static Refusal? Overbooked(SlotState slot, Claim claim, ImmutableArray<BudgetClaim>? budgets) =>
        claim.Reverses is not null || slot.Stable?.Version == claim.Version
            ? null
            : Overbooked(slot, claim.Version, budgets, claim.Supersedes);

    // Those that wait make room for one that takes their place.
    private static Refusal? Overbooked(
        SlotState slot, VersionName version, ImmutableArray<BudgetClaim>? budgets,
        Func<DateTimeOffset?, bool> makesRoom)
    {
        List<Holding> others =
        [
            .. from queued in slot.Queue
               where !makesRoom(queued.QueuedAt)
               select new Holding($"{queued.Id}", queued.Reserves),
            .. from claim in slot.Claims.Waiting
               where !makesRoom(claim.CreatedAt)
               select new Holding($"{claim.Passage}", slot.ReservedBy(claim)),
        ];
        if (slot.Holder is { Rollout: var holder }) others.Add(new($"{holder.Id}", holder.Reserves));
        return (budgets ?? []).Select(claim => Overbooked(slot.Slot, version, claim, others))
            .FirstOrDefault(refusal => refusal is not null);
    }

    private static Refusal? Overbooked(
        SlotKey slot, VersionName version, BudgetClaim claim, List<Holding> others)
    {
        var (slo, price) = claim.Reservation;
        var held = others.Select(other => (
                other.Who, Price: other.Reserves?.FirstOrDefault(one => one.Slo == slo)?.Price ?? TimeSpan.Zero))
            .Where(other => other.Price > TimeSpan.Zero).ToList();
        var reserved = held.Aggregate(TimeSpan.Zero, (sum, other) => sum + other.Price);
        var free = claim.Left - reserved;
        // What is too dear for all that is left was refused before anything was reserved.
        if (held.Count == 0 || (free > TimeSpan.Zero && price <= free * (double)claim.Limit)) return null;
        return new(
            RefusalCodes.BudgetExceeded,
            $"{version} can cost {Duration.Format(Whole(price))} of full outage; {Duration.Format(Whole(claim.Left))} "
            + $"of the error budget of {slo} in {slot} is left, and {Duration.Format(Whole(reserved))} of it is "
            + $"reserved by {string.Join(", ", held.Select(other => other.Who))}; one rollout may cost "
            + $"{new Quantity(QuantityKind.Percent, claim.Limit)} of the rest",
            "a start when what has reserved it has ended, or an emergency with its reason");
    }

    private sealed record Holding(string Who, ImmutableArray<Reservation>? Reserves);

    private static TimeSpan Whole(TimeSpan time) => TimeSpan.FromSeconds(Math.Round(time.TotalSeconds));
}
