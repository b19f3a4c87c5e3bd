using System.Collections.Immutable;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Manifests.Reading;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Manifests.Resolving;

/// <summary>Resolves templates where they are used into metrics with every limit.</summary>
internal sealed class MetricResolver(Func<string, AnalysisTemplateManifest?> template, Ledger ledger, Fill fill)
{
    /// <param name="uses">The templates and what is different here.</param>
    /// <param name="path">Where they stand in the long form.</param>
    /// <param name="useOrigin">Where they were written.</param>
    /// <param name="count">How many measurements a metric that says nothing has; null for as long as it is asked.</param>
    public ImmutableArray<MetricSpec> Resolve(
        ImmutableArray<AnalysisUse> uses, string path, string useOrigin, int? count)
    {
        var metrics = ImmutableArray.CreateBuilder<MetricSpec>();
        foreach (var use in uses)
        {
            if ((BuiltIn.Template(use.Template) ?? template(use.Template)) is not { } found)
            {
                ledger.Refuse("unknown-template", $"there is no AnalysisTemplate {use.Template}, used by {useOrigin}",
                    $"apply a manifest of kind AnalysisTemplate named {use.Template}");
                continue;
            }

            var isBuiltIn = BuiltIn.Template(use.Template) is not null;
            var scope = new UseScope(
                use, found.Spec, $"{path}.{use.Template}", useOrigin,
                isBuiltIn ? Ledger.BuiltInOrigin : $"template {use.Template}", Args(use, found.Spec, useOrigin), count);
            CheckOverrides(scope);
            metrics.AddRange(found.Spec.Metrics.Select(metric => Metric(scope, metric)));
        }

        return metrics.ToImmutable();
    }

    private MetricSpec Metric(UseScope scope, MetricDefinition metric)
    {
        var name = $"{scope.Use.Template}/{metric.Name}";
        var path = $"{scope.Path}.{metric.Name}";
        var different = scope.Use.Metrics?.GetValueOrDefault(metric.Name);
        var (unit, source) = (UnitOf(metric), Source(metric.Source, scope.Args));
        ledger.Note($"{path}.{Kind(metric.Source)}", Show(metric.Source), scope.TemplateOrigin);
        ledger.Note($"{path}.unit", Texts.ToWord(unit.ToString()), metric.Unit is null ? Ledger.BuiltInOrigin : scope.TemplateOrigin);
        var thresholds = ResolvedThresholds(scope, metric, different, unit, path, name);
        var limits = ResolvedLimits(scope, metric, different, unit, path);
        var dryRun = ledger.Pick($"{path}.dryRun", flag => flag ? "true" : "false", false,
            (different?.DryRun, scope.UseOrigin), (metric.DryRun, scope.TemplateOrigin));
        return new MetricSpec(name, source, unit, thresholds, limits, dryRun);
    }

    private MetricLimits ResolvedLimits(
        UseScope scope, MetricDefinition metric, MetricOverride? different, Unit unit, string path)
    {
        var builtIn = BuiltIn.Limits;
        return new MetricLimits(
            Time("interval", limits => limits.Interval, builtIn.Interval),
            Time("timeout", limits => limits.Timeout, builtIn.Timeout),
            Time("initialDelay", limits => limits.InitialDelay, builtIn.InitialDelay),
            Optional("count", limits => limits.Count) ?? CountUnlessEnded(),
            Number("failureLimit", limits => limits.FailureLimit, builtIn.FailureLimit),
            Number("inconclusiveLimit", limits => limits.InconclusiveLimit, builtIn.InconclusiveLimit),
            Number("noDataLimit", limits => limits.NoDataLimit, builtIn.NoDataLimit),
            Number("consecutiveErrorLimit", limits => limits.ConsecutiveErrorLimit, builtIn.ConsecutiveErrorLimit),
            Optional("consecutiveSuccessLimit", limits => limits.ConsecutiveSuccessLimit),
            Number("minSamples", limits => limits.MinSamples, unit == Unit.Ratio && metric.Source is not MetricSource.Query ? BuiltIn.RatioMinSamples : 0));

        TimeSpan Time(string word, Func<LimitsSpec, TimeSpan?> of, TimeSpan otherwise) =>
            ledger.Pick($"{path}.{word}", Duration.Format, otherwise,
                (Said(different?.Limits, of), scope.UseOrigin), (Said(metric.Limits, of), scope.TemplateOrigin),
                (Said(scope.Template.Defaults, of), scope.TemplateOrigin));

        int Number(string word, Func<LimitsSpec, int?> of, int otherwise) =>
            ledger.Pick($"{path}.{word}", Plain, otherwise,
                (Said(different?.Limits, of), scope.UseOrigin), (Said(metric.Limits, of), scope.TemplateOrigin),
                (Said(scope.Template.Defaults, of), scope.TemplateOrigin));

        int? Optional(string word, Func<LimitsSpec, int?> of) =>
            ledger.PickIfSaid($"{path}.{word}", Plain,
                (Said(different?.Limits, of), scope.UseOrigin), (Said(metric.Limits, of), scope.TemplateOrigin),
                (Said(scope.Template.Defaults, of), scope.TemplateOrigin));

        int? CountUnlessEnded()
        {
            var endsOtherwise = (different?.Limits?.ConsecutiveSuccessLimit ?? metric.Limits?.ConsecutiveSuccessLimit
                ?? scope.Template.Defaults?.ConsecutiveSuccessLimit) is not null;
            if (scope.Count is not { } count || endsOtherwise) return null;
            ledger.Note($"{path}.count", Plain(count), Ledger.BuiltInOrigin);
            return count;
        }
    }

    private static T? Said<T>(LimitsSpec? limits, Func<LimitsSpec, T?> of)
        where T : struct => limits is null ? null : of(limits);

    private Thresholds ResolvedThresholds(
        UseScope scope, MetricDefinition metric, MetricOverride? different, Unit unit, string path, string name)
    {
        var max = Limit("max", thresholds => thresholds.Max);
        var min = Limit("min", thresholds => thresholds.Min);
        var failAbove = Limit("failAbove", thresholds => thresholds.FailAbove);
        if (failAbove is not null && (max is null || failAbove <= max))
            ledger.Refuse("bad-limit", $"{name}: failAbove must be above max where {scope.UseOrigin} uses it", "max and failAbove together");
        if (min > max) ledger.Refuse("bad-limit", $"{name}: min is above max where {scope.UseOrigin} uses it", "min below max");
        return new Thresholds(max, min, failAbove);

        double? Limit(string word, Func<ThresholdsSpec, Quantity?> of)
        {
            var limit = ledger.PickIfSaid($"{path}.{word}", quantity => quantity.ToString(),
                (different?.Thresholds is { } d ? of(d) : null, scope.UseOrigin),
                (metric.Thresholds is { } m ? of(m) : null, scope.TemplateOrigin));
            if (limit is not { } said) return null;
            if (UnitRules.Mismatch(unit, said) is { } expected)
                ledger.Refuse("bad-limit", $"{name}: {word}: {said} does not fit the unit {Texts.ToWord(unit.ToString())}", $"{word}: {expected}");
            return (double)said.Value;
        }
    }

    private ImmutableSortedDictionary<string, string> Args(AnalysisUse use, AnalysisTemplateSpec spec, string useOrigin)
    {
        var args = spec.Args ?? ImmutableSortedDictionary<string, string>.Empty;
        foreach (var (name, value) in use.Args ?? ImmutableSortedDictionary<string, string>.Empty)
        {
            if (args.ContainsKey(name))
            {
                args = args.SetItem(name, value);
            }
            else
            {
                ledger.Refuse("unknown-argument", $"{use.Template} has no argument {name}, given by {useOrigin}",
                    args.IsEmpty ? "no arguments" : "one of " + string.Join(", ", args.Keys));
            }
        }

        return args;
    }

    private void CheckOverrides(UseScope scope)
    {
        var known = scope.Template.Metrics.Select(metric => metric.Name).ToList();
        foreach (var name in scope.Use.Metrics?.Keys.Except(known) ?? [])
        {
            ledger.Refuse("unknown-metric", $"{scope.Use.Template} has no metric {name}, changed by {scope.UseOrigin}",
                Words.Nearest(name, known) ?? "one of " + string.Join(", ", known));
        }
    }

    private MetricSource Source(MetricSource source, ImmutableSortedDictionary<string, string> args) => source switch
    {
        MetricSource.Query query => new MetricSource.Query(fill.Query(query.Text, args)),
        MetricSource.Ratio ratio => new MetricSource.Ratio(
            ratio.Bad is null ? null : fill.Query(ratio.Bad, args),
            ratio.Good is null ? null : fill.Query(ratio.Good, args),
            fill.Query(ratio.Total, args)),
        _ => source,
    };

    private static Unit UnitOf(MetricDefinition metric) => metric.Source switch
    {
        MetricSource.Ratio or MetricSource.Traffic => Unit.Ratio,
        MetricSource.Target => Unit.Count,
        _ => metric.Unit ?? Unit.Count,
    };

    private static string Kind(MetricSource source) => source switch
    {
        MetricSource.Ratio => "ratio",
        MetricSource.Query => "query",
        MetricSource.Target => "target",
        _ => "traffic",
    };

    private static string Show(MetricSource source) => source switch
    {
        MetricSource.Ratio { Bad: { } bad } ratio => $"{bad} / {ratio.Total}",
        MetricSource.Ratio ratio => $"1 - {ratio.Good} / {ratio.Total}",
        MetricSource.Query query => query.Text,
        MetricSource.Target target => target.Counter,
        MetricSource.Traffic traffic => traffic.Counter,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static string Plain(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>One template where it is used.</summary>
internal sealed record UseScope(
    AnalysisUse Use, AnalysisTemplateSpec Template, string Path, string UseOrigin, string TemplateOrigin,
    ImmutableSortedDictionary<string, string> Args, int? Count);
