using OrleansRelease.Core.Slos;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Manifests;

/// <summary>An objective as it was said.</summary>
/// <param name="Name">Unique in its list.</param>
/// <param name="Objective">The share of requests that shall be good.</param>
/// <param name="Metric"><c>template/metric</c>, a metric that counts requests.</param>
/// <param name="Window">The period of its error budget.</param>
/// <param name="Budgeting">What is counted.</param>
public sealed record SloSpec(
    string Name, Quantity Objective, string Metric, TimeSpan? Window = null, BudgetingMethod? Budgeting = null);
