using System.Collections.Immutable;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Manifests.Reading;
using OrleansRelease.Core.Slos;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Manifests.Resolving;

/// <summary>Resolves the objectives of a slot, each with the counts that it is measured by.</summary>
internal sealed class SloResolver(
    Func<string, AnalysisTemplateManifest?> template, MetricsChoice? from, Ledger ledger, Fill fill)
{
    /// <param name="said">What somebody says, and where; nothing where nobody does.</param>
    /// <param name="uses">The templates of the background: an SLO takes the arguments that are given there.</param>
    public ImmutableArray<Slo> Resolve(
        (ImmutableArray<SloSpec>? Slos, string Origin) said, ImmutableArray<AnalysisUse> uses)
    {
        if (said.Slos is not { } slos) return [];
        return [.. slos.Select((slo, i) => One(slo, $"slos[{i}]", said.Origin, uses)).OfType<Slo>()];
    }

    /// <summary>99.90% is the same as 99.9%, and has the same hash.</summary>
    public static decimal Plain(Quantity share) => share.Value / 1.0000000000000000000000000000m;

    private Slo? One(SloSpec said, string path, string origin, ImmutableArray<AnalysisUse> uses)
    {
        ledger.Note($"{path}.name", said.Name, origin);
        ledger.Note($"{path}.objective", $"{said.Objective}", origin);
        var window = ledger.Pick($"{path}.window", Duration.Format, BuiltIn.SloWindow, [(said.Window, origin)]);
        ledger.Note($"{path}.metric", said.Metric, origin);
        var budgeting = ledger.Pick($"{path}.budgeting", word => Texts.ToWord(word.ToString()),
            BudgetingMethod.Occurrences, [(said.Budgeting, origin)]);
        if (Metric(said, origin, uses) is not { } metric) return null;
        return new Slo(
            said.Name, Plain(said.Objective), window, said.Metric, metric.Source,
            metric.Limits.Interval, metric.Limits.Timeout, metric.Limits.MinSamples, budgeting);
    }

    private MetricSpec? Metric(SloSpec said, string origin, ImmutableArray<AnalysisUse> uses)
    {
        var name = said.Metric.Split('/')[0];
        var use = uses.FirstOrDefault(use => use.Template == name) ?? new AnalysisUse(name);
        if (Defined(name) is { } defined)
        {
            if (defined.Metrics.FirstOrDefault(metric => $"{name}/{metric.Name}" == said.Metric) is not { } wanted)
                return Unknown(said, defined.Metrics.Select(metric => $"{name}/{metric.Name}"));
            if (IsVersionInArgument(use, defined, wanted))
            {
                return Refuse(
                    said, $"an argument of {said.Metric} holds the version", "{{version}} in the query itself");
            }

            use = use with { Metrics = use.Metrics?.RemoveRange(use.Metrics.Keys.Where(key => key != wanted.Name)) };
        }

        // The background notes what it is judged by itself, and what is wrong with the other metrics is its own matter.
        var apart = new Ledger();
        var open = fill with { For = fill.For == FilledFor.Judging ? FilledFor.AnyVersion : fill.For };
        var metrics = new MetricResolver(only => Cut(only, said), from, apart, open)
            .Resolve([use], "slos", origin, count: null);
        var known = ledger.Refusals.ToList();
        ledger.Refusals.AddRange(apart.Refusals.Where(refusal => known.All(one => one.Reason != refusal.Reason)));
        return metrics.FirstOrDefault(metric => metric.Name == said.Metric) is { } found ? Checked(said, found) : null;
    }

    private AnalysisTemplateSpec? Defined(string name) => (BuiltIn.Template(name) ?? template(name))?.Spec;

    // The template with nothing but the metric that is asked for.
    private AnalysisTemplateManifest? Cut(string name, SloSpec said) => template(name) is { } whole
        ? whole with
        {
            Spec = whole.Spec with
            {
                Metrics = [.. whole.Spec.Metrics.Where(metric => $"{name}/{metric.Name}" == said.Metric)],
            },
        }
        : null;

    // It would be filled in before anybody knows of which versions is asked.
    private static bool IsVersionInArgument(AnalysisUse use, AnalysisTemplateSpec defined, MetricDefinition metric)
    {
        if (metric.Source is not MetricSource.Ratio ratio || defined.Args is not { } args) return false;
        if (use.Args is { } given) args = args.SetItems(given.Where(one => args.ContainsKey(one.Key)));
        return ratio.Queries.Any(query => AskedVersion.IsInArgument(query, args));
    }

    private MetricSpec? Checked(SloSpec said, MetricSpec metric)
    {
        if (metric.Source is not (MetricSource.Ratio or MetricSource.Traffic))
        {
            return Refuse(said, $"{said.Metric} is one number, and an error budget is spent by requests",
                "a metric with ratio: {bad: QUERY, total: QUERY}");
        }

        return metric.Limits.Interval < Slo.ShortestInterval || metric.Limits.Interval > Slo.LongestInterval
            ? Refuse(said,
                $"{said.Metric} counts every {Duration.Format(metric.Limits.Interval)}",
                $"an interval from {Duration.Format(Slo.ShortestInterval)} to {Duration.Format(Slo.LongestInterval)}")
            : metric;
    }

    private MetricSpec? Unknown(SloSpec said, IEnumerable<string> known)
    {
        ledger.Refuse(RefusalCodes.UnknownMetric, $"there is no metric {said.Metric}, used by the SLO {said.Name}",
            Words.Nearest(said.Metric, known) ?? "one of " + string.Join(", ", known));
        return null;
    }

    private MetricSpec? Refuse(SloSpec said, string reason, string accepted)
    {
        ledger.Refuse(RefusalCodes.BadSlo, $"{reason}: the SLO {said.Name} cannot be measured by it", accepted);
        return null;
    }
}
