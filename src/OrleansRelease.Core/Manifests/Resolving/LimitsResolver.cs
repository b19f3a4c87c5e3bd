using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Analysis.Sequential;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Manifests.Reading;
using OrleansRelease.Core.Monitors;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Manifests.Resolving;

/// <summary>The limits of one metric: what is different where it is used, then its own, then its template's.</summary>
internal sealed class LimitsResolver(Ledger ledger)
{
    /// <param name="scope">The metric where it is used.</param>
    /// <param name="check">By what it is checked, where it is a monitor: that says how long one takes.</param>
    public MetricLimits Limits(MetricScope scope, MonitorCheck? check = null)
    {
        var builtIn = BuiltIn.Limits;
        var success = Optional(scope, "consecutiveSuccessLimit", limits => limits.ConsecutiveSuccessLimit);
        var interval = Time(scope, "interval", limits => limits.Interval, builtIn.Interval);
        return new MetricLimits(
            interval,
            scope.Metric.Source is MetricSource.Monitor ? Longest(scope, check, interval) : Timeout(scope, interval),
            Time(scope, "initialDelay", limits => limits.InitialDelay, builtIn.InitialDelay),
            Optional(scope, "count", limits => limits.Count) ?? (success is null ? ImpliedCount(scope) : null),
            Number(scope, "failureLimit", limits => limits.FailureLimit, builtIn.FailureLimit),
            Number(scope, "inconclusiveLimit", limits => limits.InconclusiveLimit, builtIn.InconclusiveLimit),
            Number(scope, "noDataLimit", limits => limits.NoDataLimit, builtIn.NoDataLimit),
            Number(scope, "consecutiveErrorLimit", limits => limits.ConsecutiveErrorLimit,
                builtIn.ConsecutiveErrorLimit),
            success,
            Number(scope, "minSamples", limits => limits.MinSamples, BuiltIn.MinSamplesOf(scope.Metric.Source)));
    }

    public Thresholds Thresholds(MetricScope scope)
    {
        var max = Limit(scope, "max", thresholds => thresholds.Max);
        var min = Limit(scope, "min", thresholds => thresholds.Min);
        var failAbove = Limit(scope, "failAbove", thresholds => thresholds.FailAbove);
        if (failAbove is not null && (max is null || failAbove <= max))
        {
            ledger.Refuse(RefusalCodes.BadLimit,
                $"{scope.Name}: failAbove must be above max where {scope.UseOrigin} uses it",
                "max and failAbove together");
        }

        // Of what counts requests a most is of the bad ones, a least of the good ones: both may be high or low.
        if (min > max && !UnitRules.IsCounted(scope.Metric.Source))
        {
            ledger.Refuse(RefusalCodes.BadLimit, $"{scope.Name}: min is above max where {scope.UseOrigin} uses it",
                "min below max");
        }

        return new Thresholds(max, min, failAbove);
    }

    // The bound adds one time-out to the windows, which holds while no window waits for the query of the one before.
    private TimeSpan Timeout(MetricScope scope, TimeSpan interval)
    {
        var otherwise = BuiltIn.Limits.Timeout < interval ? BuiltIn.Limits.Timeout : interval;
        var timeout = Time(scope, "timeout", limits => limits.Timeout, otherwise);
        if (timeout > interval)
        {
            ledger.Refuse(RefusalCodes.BadLimit,
                $"{scope.Name}: a query may take {Duration.Format(timeout)}, longer than the interval "
                + $"{Duration.Format(interval)} where {scope.UseOrigin} uses it",
                $"timeout: {Duration.Format(interval)} or less");
        }

        return timeout;
    }

    // The next check must not begin before this one has ended, with a second server and a look at the own network.
    private TimeSpan Longest(MetricScope scope, MonitorCheck? check, TimeSpan interval)
    {
        // Of one that is not known nothing is checked.
        if (check is null) return interval;
        ledger.Note($"{scope.Path}.timeout", Duration.Format(check.Longest), MonitorResolver.OriginOf(check.Name));
        if (check.Longest > interval)
        {
            ledger.Refuse(RefusalCodes.BadLimit,
                $"{scope.Name}: a check takes up to {Duration.Format(check.Longest)}, with all that is asked when it "
                + $"fails, longer than the interval {Duration.Format(interval)} where {scope.UseOrigin} uses it",
                $"interval: {Duration.Format(check.Longest)} or more, or a shorter timeout in the Monitor "
                + check.Name);
        }

        return check.Longest;
    }

    private double? Limit(MetricScope scope, string word, Func<ThresholdsSpec, Quantity?> of)
    {
        var limit = ledger.PickIfSaid<Quantity>($"{scope.Path}.{word}", quantity => quantity.ToString(),
        [
            (scope.Different?.Thresholds is { } different ? of(different) : null, scope.UseOrigin),
            (scope.Metric.Thresholds is { } own ? of(own) : null, scope.TemplateOrigin),
        ]);
        if (limit is not { } said) return null;
        if (UnitRules.Mismatch(scope.Unit, said) is { } expected)
        {
            var unit = Texts.ToWord(scope.Unit.ToString());
            ledger.Refuse(RefusalCodes.BadLimit, $"{scope.Name}: {word}: {said} does not fit the unit {unit}",
                $"{word}: {expected}");
        }

        return (double)said.Value;
    }

    // Without it a step that waits for a verdict would wait for as long as the metric is asked: for ever.
    // A comparison says nothing before its third window.
    private int? ImpliedCount(MetricScope scope)
    {
        if (scope.Count is not { } count) return null;
        if (scope.Compare is not null) count = Math.Max(count, SequentialSpec.FewestWindows);
        ledger.Note($"{scope.Path}.count", Ledger.Plain(count), Ledger.BuiltInOrigin);
        return count;
    }

    private TimeSpan Time(MetricScope scope, string word, Func<LimitsSpec, TimeSpan?> of, TimeSpan otherwise) =>
        ledger.Pick($"{scope.Path}.{word}", Duration.Format, otherwise, Layers(scope, of));

    private int Number(MetricScope scope, string word, Func<LimitsSpec, int?> of, int otherwise) =>
        ledger.Pick($"{scope.Path}.{word}", Ledger.Plain, otherwise, Layers(scope, of));

    private int? Optional(MetricScope scope, string word, Func<LimitsSpec, int?> of) =>
        ledger.PickIfSaid($"{scope.Path}.{word}", Ledger.Plain, Layers(scope, of));

    private static IEnumerable<(T? Value, string Origin)> Layers<T>(MetricScope scope, Func<LimitsSpec, T?> of)
        where T : struct =>
    [
        (Said(scope.Different?.Limits, of), scope.UseOrigin),
        (Said(scope.Metric.Limits, of), scope.TemplateOrigin),
        (Said(scope.Defaults, of), scope.TemplateOrigin),
    ];

    private static T? Said<T>(LimitsSpec? limits, Func<LimitsSpec, T?> of)
        where T : struct => limits is null ? null : of(limits);
}
