using System.Collections.Immutable;
using System.Globalization;

namespace OrleansRelease.Core.Analysis.Kayenta;

/// <summary>What a score is called against its thresholds.</summary>
public enum Grade
{
    Pass,
    Marginal,
    Fail,
}

/// <summary>One group: its weight in percent, and how many of its metrics that had data passed, in percent.</summary>
/// <param name="Name">The group.</param>
/// <param name="Weight">In percent of the whole.</param>
/// <param name="Score">Null when none of its metrics says anything; it counts as 100 then.</param>
public sealed record GroupScore(string Name, double Weight, double? Score);

/// <summary>All metrics together.</summary>
/// <param name="Score">0 to 100, with two decimals.</param>
/// <param name="Grade">What it is called.</param>
/// <param name="Groups">What it is made of, by name.</param>
/// <param name="Reason">Why, with the arithmetic.</param>
public sealed record Scored(double Score, Grade Grade, ImmutableArray<GroupScore> Groups, string Reason);

/// <summary>Weighs the groups of metrics, as the peer's judge does.</summary>
public static class Scorer
{
    private const double AllOfIt = 100;

    public static Scored Score(KayentaSettings settings, ImmutableArray<Classified> metrics)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var groups = Groups(
            settings.GroupWeights,
            metrics.SelectMany(metric => metric.Groups.Select(name => (name, metric.Classification))));
        if (metrics.FirstOrDefault(one => one.Critical && one.Classification != Classification.Pass) is { } critical)
            return Graded(settings, 0, groups, $"critical {critical.Name}: {critical.Reason}");
        var without = metrics.Count(metric => metric.Classification == Classification.Nodata);
        if (without > 0 && without * 2 >= metrics.Length)
            return Graded(settings, 0, groups, Text($"{without} of {metrics.Length} metrics have no data"));
        var sum = groups.Sum(group => (group.Score ?? AllOfIt) * (group.Weight / 100));
        return Graded(settings, Rounded(sum), groups, string.Join(" + ", groups.Select(
            group => Text($"{group.Name} {group.Score ?? AllOfIt:0.##} × {group.Weight:0.##} %"))));
    }

    /// <summary>What each group came to and what it weighs, by the groups' names.</summary>
    internal static ImmutableArray<GroupScore> Groups(
        ImmutableSortedDictionary<string, double> weights,
        IEnumerable<(string Group, Classification Classification)> metrics)
    {
        var groups = metrics.GroupBy(one => one.Group, one => one.Classification, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal).ToList();
        var (unweighted, said) = (groups.Count(group => !weights.ContainsKey(group.Key)), weights.Values.Sum());
        var share = unweighted == 0 ? 0 : Math.Max(0, AllOfIt - said) / unweighted;
        // Three times 33.33 is meant to be all of it.
        var whole = said > 0 && (unweighted == 0 || said > AllOfIt) ? said / AllOfIt : 1;
        return [.. groups.Select(group => new GroupScore(
            group.Key, weights.GetValueOrDefault(group.Key, share) / whole, Passed([.. group])))];
    }

    private static double? Passed(ImmutableArray<Classification> group)
    {
        var counted = group.Count(one => one is not (Classification.Nodata or Classification.Error));
        return counted == 0 ? null : group.Count(one => one == Classification.Pass) / (double)counted * 100;
    }

    /// <summary>By way of decimal, so that 33.335 is what people read and goes up.</summary>
    internal static double Rounded(double score) =>
        (double)Math.Round((decimal)score, 2, MidpointRounding.AwayFromZero);

    private static Scored Graded(
        KayentaSettings settings, double score, ImmutableArray<GroupScore> groups, string reason)
    {
        var grade = score >= settings.PassThreshold ? Grade.Pass
            : score >= settings.MarginalThreshold ? Grade.Marginal
            : Grade.Fail;
        return new(score, grade, groups, reason);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
