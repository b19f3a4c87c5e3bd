using System.Collections.Immutable;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Slos;

/// <summary>What a rollout may cost at worst, set aside until it has ended.</summary>
public sealed record Reservation(RolloutId Rollout, TimeSpan Price, Urgency Urgency, DateTimeOffset Since);

/// <summary>
/// Which rollouts may spend the error budget of one objective of a slot. Two cannot spend the same part of it: what one
/// has reserved is gone for the next, until the first has ended and what it did is in the counts.
/// </summary>
/// <param name="Slot">Whose budget.</param>
/// <param name="Slo">The objective's name.</param>
/// <param name="Held">From old to new.</param>
/// <param name="Ended">The last ones that ended: a request which arrives after its own end reserves nothing.</param>
public sealed record BudgetBook(
    SlotKey Slot, string Slo, ImmutableArray<Reservation> Held, ImmutableArray<RolloutId> Ended)
{
    /// <summary>How many ended rollouts are remembered.</summary>
    public const int RememberedEnds = 100;

    /// <summary>How many reservations there may be at once.</summary>
    public const int MostHeld = 100;

    public static BudgetBook Empty(SlotKey slot, string slo) => new(slot, slo, [], []);

    /// <summary>
    /// A rollout wants to start. Who has it already keeps what it has. A way back goes and reserves nothing: it ends
    /// what costs. An emergency goes whatever is left, and what it may cost is gone for those that come after it.
    /// </summary>
    public (BudgetBook Book, BudgetAnswer Answer) Reserve(BudgetRequest request, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Urgency is Urgency.WayBack) return (this, new BudgetAnswer.Granted());
        if (Held.Any(held => held.Rollout == request.Rollout)) return (this, new BudgetAnswer.Granted());
        if (Ended.Contains(request.Rollout)) return Refuse(AlreadyEnded(request));
        if (Forbidden(request) is { } no) return Refuse(no);
        var held = new Reservation(request.Rollout, request.Price, request.Urgency, now);
        return (this with { Held = Held.Add(held) }, new BudgetAnswer.Granted());

        (BudgetBook, BudgetAnswer) Refuse(Refusal why) => (this, new BudgetAnswer.Refused(why));
    }

    /// <summary>A rollout has ended, in whatever way: what it did is counted, what it did not do is free.</summary>
    public BudgetBook Free(RolloutId rollout) => Ended.Contains(rollout)
        ? this
        : this with
        {
            Held = Held.RemoveAll(held => held.Rollout == rollout),
            Ended = (Ended.Length < RememberedEnds ? Ended : Ended.RemoveAt(0)).Add(rollout),
        };

    private Refusal? Forbidden(BudgetRequest request)
    {
        if (request.Urgency is Urgency.Emergency emergency)
        {
            return string.IsNullOrWhiteSpace(emergency.Reason)
                ? new(RefusalCodes.BadReason, "an emergency needs a reason", "why it cannot wait, in a sentence")
                : null;
        }

        if (Held.Length >= MostHeld)
            return new(RefusalCodes.TooManyWaiting, $"{MostHeld} rollouts have reserved of {Slo}", "later");
        var reserved = Held.Aggregate(TimeSpan.Zero, (sum, held) => sum + held.Price);
        var free = request.Left - reserved;
        if (free > TimeSpan.Zero && request.Price <= free * (double)request.Limit) return null;
        var others = Held.IsEmpty
            ? ""
            : $", and {Duration.Format(reserved)} of it {(Held.Length == 1 ? "is" : "are")} reserved by "
                + string.Join(", ", Held.Select(held => held.Rollout));
        return new(
            RefusalCodes.BudgetExceeded,
            $"{request.Rollout} can cost {Duration.Format(request.Price)} of full outage; "
            + $"{Duration.Format(request.Left)} of the error budget of {Slo} in {Slot} is left{others}, and one "
            + $"rollout may cost {new Quantity(QuantityKind.Percent, request.Limit)} of the rest",
            Held.IsEmpty ? "a start when some of it has come back" : "a start when what has reserved it has ended");
    }

    private static Refusal AlreadyEnded(BudgetRequest request) =>
        new(RefusalCodes.AlreadyEnded, $"{request.Rollout} has ended", "a new rollout");
}

/// <summary>A wish to spend of a budget.</summary>
/// <param name="Rollout">Who.</param>
/// <param name="Price">Its dearest step, as time for which everything is bad.</param>
/// <param name="Left">What is left of the budget by the source's counts, reservations not taken off.</param>
/// <param name="Limit">The share of what is left and not reserved that it may cost.</param>
/// <param name="Urgency">Whether it can be told to wait.</param>
public sealed record BudgetRequest(
    RolloutId Rollout, TimeSpan Price, TimeSpan Left, decimal Limit, Urgency Urgency);
