using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Slots;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Slos;

/// <summary>What a rollout can cost the error budget of one objective, step by step, and what it may.</summary>
/// <param name="Slo">Its name.</param>
/// <param name="Budget">The whole budget, as time for which everything may be bad.</param>
/// <param name="Left">What is left of it.</param>
/// <param name="Limit">The share of what is left that one step may cost at worst; null: nobody said so.</param>
/// <param name="Steps">In their order; at least one.</param>
/// <param name="Window">The period of the budget.</param>
public sealed record SloPrice(
    string Slo, TimeSpan Budget, BudgetLeft Left, decimal? Limit, ImmutableArray<StepPrice> Steps,
    TimeSpan? Window = null)
{
    // A period is asked for in stretches, and its beginning is rounded.
    private static readonly TimeSpan Slack = TimeSpan.FromHours(1);

    [JsonIgnore]
    public StepPrice Dearest => Steps.MaxBy(step => step.Price)!;

    /// <summary>
    /// What may be reckoned with. Who was never asked anything has spent nothing, so all of it is there, and so it is
    /// at most where nobody has asked: what is too dear for all of it is too dear for what is left. Null where the
    /// source did not answer: that is no evidence of anything.
    /// </summary>
    [JsonIgnore]
    public TimeSpan? Available => AvailableOf(Left, Budget);

    /// <summary>What it wants of the budget where somebody has limited that; null: nothing.</summary>
    [JsonIgnore]
    public BudgetClaim? Claim => Limit is { } limit && Available is { } left
        ? new(new(Slo, Dearest.Price), left, limit)
        : null;

    /// <summary>The prices of a rollout, one for each objective that something ends an outage of.</summary>
    /// <param name="spec">The rollout.</param>
    /// <param name="bound">From the first bad request to the last one off its version; null: nobody can say.</param>
    /// <param name="left">What is left of each budget, by the objective's name; of others nobody has asked.</param>
    public static ImmutableArray<SloPrice> Of(
        RolloutSpec spec, TimeSpan? bound, IReadOnlyDictionary<string, BudgetLeft>? left = null)
    {
        ArgumentNullException.ThrowIfNull(spec);
        if (bound is not { } atMost) return [];
        return
        [
            .. from slo in spec.Slos ?? []
               let limit = StepPrice.LimitOf(slo, spec.Background)
               where limit is not null
               let steps = StepPrice.OfAll(spec.Steps, limit.Value, atMost)
               where !steps.IsEmpty
               select new SloPrice(
                   slo.Name, slo.Budget, left?.GetValueOrDefault(slo.Name) ?? new BudgetLeft.NotAsked(),
                   spec.DegradationBudget, steps, slo.Window),
        ];
    }

    /// <summary>What a rollout sets aside of budgets that somebody has limited; null: nothing.</summary>
    /// <param name="spec">The rollout.</param>
    /// <param name="bound">As for its prices.</param>
    public static ImmutableArray<Reservation>? Reserved(RolloutSpec spec, TimeSpan? bound)
    {
        ImmutableArray<Reservation> reserved =
            [.. Of(spec, bound).Select(price => price.Claim?.Reservation).OfType<Reservation>()];
        return reserved.IsEmpty ? null : reserved;
    }

    /// <summary>
    /// What was set aside of budgets by their whole, with what is left of each now; or the "no" where nobody knows.
    /// </summary>
    /// <param name="spec">The rollout.</param>
    /// <param name="reserves">What it sets aside.</param>
    /// <param name="left">As for its prices.</param>
    public static (ImmutableArray<BudgetClaim> Claims, Refusal? Unknown) ClaimsNow(
        RolloutSpec spec, ImmutableArray<Reservation> reserves, IReadOnlyDictionary<string, BudgetLeft> left)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(left);
        var claims = ImmutableArray.CreateBuilder<BudgetClaim>();
        if (spec.DegradationBudget is not { } limit) return ([], null);
        foreach (var reservation in reserves)
        {
            if (spec.Slos?.FirstOrDefault(slo => slo.Name == reservation.Slo) is not { } slo) continue;
            var known = left.GetValueOrDefault(slo.Name) ?? new BudgetLeft.NotAsked();
            if (known is BudgetLeft.Unanswered { Reason: var reason }) return ([], Unknown(slo.Name, reason));
            if (AvailableOf(known, slo.Budget) is { } available) claims.Add(new(reservation, available, limit));
        }

        return (claims.ToImmutable(), null);
    }

    /// <summary>The "no" to a rollout with a step that is too dear, with its arithmetic; null: it may start.</summary>
    public Refusal? Forbidden()
    {
        if (Limit is not { } limit) return null;
        if (Left is BudgetLeft.Unanswered { Reason: var reason }) return Unknown(Slo, reason);

        if (Dearest.Price <= Available!.Value * (double)limit) return null;
        return Available == TimeSpan.Zero
            ? new(
                RefusalCodes.BudgetExceeded,
                $"nothing is left of the {Duration.Format(Budget)} error budget of {Slo}, and {Cost(Dearest)}",
                "a start when some of it has come back, or an emergency with its reason")
            : new(
                RefusalCodes.BudgetExceeded, $"{Text()}: more than degradationBudget",
                "a shorter interval, failureLimit or readiness.within, a larger degradationBudget, or an emergency "
                    + "with its reason");
    }

    /// <summary>The dearest step with its arithmetic, as people read it.</summary>
    public string Text()
    {
        var limit = Limit is { } said ? $" (limit {Percent((double)said)})" : "";
        var cost = $"{Slo}: {Cost(Dearest)}";
        if (Available is not { } available || available == TimeSpan.Zero) return cost + limit;
        return $"{cost} = {Percent(Dearest.Price / available)} of the {Duration.Format(Whole(available))} error budget"
            + Left switch
            {
                BudgetLeft.Measured { Covered: var covered } when covered < Window - Slack =>
                    $" left, counted for {Duration.Format(Whole(covered))}",
                BudgetLeft.Measured => " left",
                BudgetLeft.NoHistory => ", of which nothing was ever spent",
                _ => ", spent or not",
            }
            + limit;
    }

    private static TimeSpan? AvailableOf(BudgetLeft left, TimeSpan budget) => left switch
    {
        BudgetLeft.Measured { OfFullOutage: var some } => some > TimeSpan.Zero ? some : TimeSpan.Zero,
        BudgetLeft.NoHistory or BudgetLeft.NotAsked => budget,
        _ => null,
    };

    private static Refusal Unknown(string slo, string reason) => new(
        RefusalCodes.BudgetUnknown, $"nobody knows what is left of the error budget of {slo}: {reason}",
        "the same when the metrics source answers, or an emergency with its reason");

    private static string Cost(StepPrice step) =>
        $"dearest step {step.Share}: {Duration.Format(Whole(step.Price))} of full outage";

    private static TimeSpan Whole(TimeSpan time) => TimeSpan.FromSeconds(Math.Round(time.TotalSeconds));

    private static string Percent(double share) =>
        (share * 100).ToString("0.#", CultureInfo.InvariantCulture) + " %";
}
