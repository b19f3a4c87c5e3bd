using System.Collections.Immutable;
using System.Globalization;
using OrleansRelease.Core.Analysis.Kayenta;

namespace OrleansRelease.Core.Analysis.Judging;

/// <summary>
/// What metrics come to together where another judge than kayenta, who has a score of its own, judges them: the worst
/// of them, or their score where somebody says what that must be. The score is of what is decided alone, and outweighs
/// nothing but failures: what is undecided or has no data is no success, whatever else passes.
/// </summary>
/// <param name="Pass">The least score that passes.</param>
/// <param name="Marginal">The least score that does not fail.</param>
/// <param name="Decides">Whether the score is the verdict.</param>
/// <param name="Weights">Of groups, in percent.</param>
internal sealed record Scoring(
    double Pass, double Marginal, bool Decides, ImmutableSortedDictionary<string, double> Weights)
{
    /// <summary>Another number stands for other arithmetic; it is a part of the version of each answer.</summary>
    public const string Version = "score/1";

    private const double AllOfIt = 100;

    // Weights are written with few digits.
    private const double Rounding = 0.01;

    public static Scoring Read(JudgeConfig config, ImmutableArray<GivenMetric> metrics, FieldProblems problems)
    {
        var usual = KayentaSettings.Usual;
        var pass = problems.Number("config.passThreshold", config.PassThreshold, usual.PassThreshold, 0, AllOfIt);
        return new(
            pass,
            problems.Number(
                "config.marginalThreshold", config.MarginalThreshold, Math.Min(usual.MarginalThreshold, pass), 0, pass),
            config is not { PassThreshold: null, MarginalThreshold: null },
            WeightsOf(metrics, problems));
    }

    /// <summary>The answer by what a judge says of each metric.</summary>
    /// <param name="judge">Which.</param>
    /// <param name="version">Of its arithmetic.</param>
    /// <param name="metrics">In the order of the request.</param>
    /// <param name="opine">What it says of one.</param>
    public JudgeAnswer Answer(
        string judge, string version, ImmutableArray<GivenMetric> metrics, Func<GivenMetric, Opinion> opine)
    {
        ImmutableArray<JudgedMetric> judged = [.. metrics.Select(metric => opine(metric).Of(metric.Terms))];
        var groups = Scorer.Groups(
            Weights, metrics.Zip(judged, (metric, seen) => (metric.Group, InScore(seen))));
        var score = judged.Any(metric => metric.Critical) ? 0 : ScoreOf(groups);
        var (verdict, reason) = Decides && score is { } number ? ByScore(judged, groups, number) : Worst(judged);
        return new(judge, $"{version}+{Version}", verdict, reason, judged, score, groups);
    }

    // Inconclusive is not decided, whichever way it leans.
    private static Classification InScore(JudgedMetric metric) =>
        metric.Verdict == Verdict.Inconclusive ? Classification.Nodata : metric.Classification;

    private (Verdict Verdict, string Reason) ByScore(
        ImmutableArray<JudgedMetric> metrics, ImmutableArray<GroupScore> groups, double score)
    {
        if (metrics.FirstOrDefault(metric => metric.Critical) is { } critical)
            return (Verdict.Fail, $"critical {critical.Name}: {critical.Reason}");
        var grade = score >= Pass ? Verdict.Pass : score >= Marginal ? Verdict.Inconclusive : Verdict.Fail;
        var open = Worst(metrics.RemoveAll(metric => metric.Verdict == Verdict.Fail));
        return open.Verdict > grade
            ? open
            : (grade, Text($"{score} of 100: ") + string.Join(" + ", groups.Where(group => group.Score is not null)
                .Select(group => Text($"{group.Name} {group.Score:0.##} × {group.Weight:0.##} %"))));
    }

    private static (Verdict Verdict, string Reason) Worst(ImmutableArray<JudgedMetric> metrics)
    {
        var worst = metrics.Select(metric => metric.Verdict).DefaultIfEmpty(Verdict.Pass).Max();
        return (worst, string.Join("; ", metrics.Where(metric => metric.Verdict == worst)
            .Select(metric => $"{metric.Name}: {metric.Reason}")));
    }

    private static double? ScoreOf(ImmutableArray<GroupScore> groups)
    {
        var counted = groups.Where(group => group is { Score: not null, Weight: > 0 }).ToList();
        return counted.Count == 0
            ? null
            : Scorer.Rounded(
                counted.Sum(group => group.Score!.Value * group.Weight) / counted.Sum(group => group.Weight));
    }

    // Any metric of a group may say its weight; those that say it must agree.
    private static ImmutableSortedDictionary<string, double> WeightsOf(
        ImmutableArray<GivenMetric> metrics, FieldProblems problems)
    {
        var weights = KayentaSettings.Usual.GroupWeights;
        for (var i = 0; i < metrics.Length; i++)
        {
            if (!metrics[i].IsWeighed) continue;
            var (path, group) = ($"metrics[{i}].weight", metrics[i].Group);
            var weight = problems.Number(path, metrics[i].Values.Weight, 0, 0, AllOfIt);
            if (weights.TryGetValue(group, out var before) && before != weight)
                problems.Add(path, Text($"{weight}"), $"group {group} has another weight already", Text($"{before}"));
            weights = weights.SetItem(group, weight);
        }

        if (!weights.IsEmpty) CheckSum(weights.Values.Sum(), metrics.All(m => weights.ContainsKey(m.Group)), problems);
        return weights;
    }

    // Where all groups have one the weights are proportions, whatever they add up to.
    private static void CheckSum(double sum, bool isAll, FieldProblems problems)
    {
        if (isAll && sum <= 0)
            problems.Add("metrics", Text($"weights of {sum} in all"), "no group counts", "a weight above 0");
        if (!isAll && sum > AllOfIt + Rounding)
        {
            problems.Add(
                "metrics", Text($"weights of {sum} in all"), "nothing is left for the groups without one",
                "weights of 100 in all at most, or one for each group");
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
