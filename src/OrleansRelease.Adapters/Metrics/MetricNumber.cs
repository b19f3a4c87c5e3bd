using System.Diagnostics;
using OrleansRelease.Core.Analysis;

namespace OrleansRelease.Adapters.Metrics;

/// <summary>What a source gives in place of one number.</summary>
internal abstract record MetricNumber
{
    private MetricNumber()
    {
    }

    public sealed record Is(double Value) : MetricNumber;

    /// <summary>The source answers, and has none.</summary>
    public sealed record Missing(string Reason) : MetricNumber;

    public sealed record Wrong(string Reason) : MetricNumber;

    public static MetricNumber Of(double value, string name) =>
        double.IsNaN(value) ? new Missing($"{name} is NaN")
        : double.IsInfinity(value) ? new Wrong($"{name} is infinite")
        : new Is(value);

    public Reading ToReading() => this switch
    {
        Is(var value) => new Reading.Value(value),
        Missing(var reason) => new Reading.NoData(reason),
        Wrong(var reason) => new Reading.Error(reason),
        _ => throw new UnreachableException(),
    };

    /// <summary>
    /// Two counts of one window. A missing bad beside a present total is not zero bad: a misspelt name would look like
    /// success.
    /// </summary>
    public static Reading Ratio(MetricNumber part, bool partIsGood, MetricNumber total) => (part, total) switch
    {
        (Wrong(var reason), _) => new Reading.Error(reason),
        (_, Wrong(var reason)) => new Reading.Error(reason),
        (Missing(var reason), _) => new Reading.NoData(reason),
        (_, Missing(var reason)) => new Reading.NoData(reason),
        (Is(var counted), Is(var all)) => Counts(partIsGood ? all - counted : counted, all),
        _ => throw new UnreachableException(),
    };

    private static Reading Counts(double bad, double total) =>
        total < 0 ? new Reading.Error($"a total of {total} is negative")
        : bad < 0 || bad > total ? new Reading.Error($"{bad} bad of {total} cannot be")
        : new Reading.Counts(bad, total);
}
