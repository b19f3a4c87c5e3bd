using System.Text.Json.Serialization;
using OrleansRelease.Core.Analysis;

namespace OrleansRelease.Core.Slos;

/// <summary>
/// An objective over a rolling window: this share of a service's requests is good. The words are those of OpenSLO v1.
/// </summary>
/// <param name="Name">Unique for its service.</param>
/// <param name="Objective">The share that shall be good, more than 0 and less than 1: 0.999.</param>
/// <param name="Window">The period of the budget.</param>
/// <param name="Metric">The full name of its metric, <c>template/metric</c>.</param>
/// <param name="Source">
/// Two counts, or what the router counts. Of the words in its queries the version is left for whoever asks: the same
/// query is asked for the candidate alone and for all that runs.
/// </param>
/// <param name="Interval">Over which the metric counts; its windows tile.</param>
/// <param name="Timeout">Of one query.</param>
/// <param name="MinSamples">Of fewer requests a share says nothing.</param>
/// <param name="Budgeting">What is counted.</param>
public sealed record Slo(
    string Name, decimal Objective, TimeSpan Window, string Metric, MetricSource Source, TimeSpan Interval,
    TimeSpan Timeout, int MinSamples, BudgetingMethod Budgeting = BudgetingMethod.Occurrences)
{
    /// <summary>How many a service may have.</summary>
    public const int Most = 20;

    /// <summary>In a shorter period an hour is so much of the budget that no burn over it is fast.</summary>
    public static readonly TimeSpan ShortestWindow = TimeSpan.FromDays(7);

    public static readonly TimeSpan LongestWindow = TimeSpan.FromDays(90);

    /// <summary>A window of five minutes must hold a count.</summary>
    public static readonly TimeSpan LongestInterval = TimeSpan.FromMinutes(5);

    public static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(1);

    /// <summary>The share of requests that may be bad.</summary>
    [JsonIgnore]
    public decimal ErrorShare => 1 - Objective;

    /// <summary>The whole error budget of a window, as the time for which everything may be bad.</summary>
    [JsonIgnore]
    public TimeSpan Budget => TimeSpan.FromTicks((long)(Window.Ticks * ErrorShare));

    /// <summary>Of how many requests a window must be, at least.</summary>
    [JsonIgnore]
    public int Needed => Math.Max(1, MinSamples);
}

/// <summary>What a budget is counted in. The other methods of OpenSLO count slices of time.</summary>
public enum BudgetingMethod
{
    /// <summary>Requests: good ones of all.</summary>
    Occurrences,
}
