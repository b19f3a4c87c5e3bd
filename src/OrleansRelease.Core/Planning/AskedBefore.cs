using OrleansRelease.Core.Slos;

namespace OrleansRelease.Core.Planning;

/// <summary>What the source of numbers has answered before a rollout begins.</summary>
/// <param name="Budgets">What is left of each error budget, by its objective; of others nobody has asked.</param>
/// <param name="Telemetry">What there is of the metrics, by their names; of others nobody has asked.</param>
public sealed record AskedBefore(
    IReadOnlyDictionary<string, BudgetLeft>? Budgets = null, IReadOnlyDictionary<string, Telemetry>? Telemetry = null);
