using System.Globalization;

namespace OrleansRelease.Core.Tests.Attribution;

/// <summary>What became of many faults of one class.</summary>
internal sealed record Score(string Name, IReadOnlyList<Result> Results)
{
    public const string Header =
        "| class | faults | culprits | found | recall | blames | wrong | precision | nobody | cleared | tried | min |\n"
        + "|---|---|---|---|---|---|---|---|---|---|---|---|";

    public int Culprits => Results.Sum(result => result.Culprits.Length);

    /// <summary>Culprits that were blamed within <see cref="Trial.Within"/> minutes.</summary>
    public int Found => Results.Sum(result =>
        result.Culprits.Count(culprit => result.Blamed.Exists(blamed => blamed.Rollout == culprit)));

    public int Blames => Results.Sum(result => result.Blamed.Count);

    public int Wrong => Results.Sum(result =>
        result.Blamed.Count(blamed => !result.Culprits.Contains(blamed.Rollout)));

    public int Nobody => Results.Count(result => result.Blamed.Count == 0);

    public double Recall => (double)Found / Culprits;

    public double Precision => (double)(Blames - Wrong) / Blames;

    public static IEnumerable<Score> Classes(IReadOnlyList<Result> results)
    {
        foreach (var group in results.GroupBy(result => (result.Kind, result.IsShown)).OrderBy(group => group.Key))
            yield return new(group.Key.Kind + (group.Key.IsShown ? "" : ", not shown"), [.. group]);
        yield return Shown(results);
        yield return Inside(results);
        yield return Outside(results);
        yield return new("all", results);
    }

    public static Score Shown(IReadOnlyList<Result> results) =>
        new("of a rollout, shown", [.. results.Where(result => result is { IsOutside: false, IsShown: true })]);

    public static Score Inside(IReadOnlyList<Result> results) =>
        new("of a rollout", [.. results.Where(result => !result.IsOutside)]);

    public static Score Outside(IReadOnlyList<Result> results) =>
        new("from outside", [.. results.Where(result => result.IsOutside)]);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"| {Name} | {Results.Count} | {Culprits} | {Found} | {Share(Recall)} | {Blames} | {Wrong} | "
        + $"{Share(Precision)} | {Nobody} | {Results.Count(result => result.Cleared)} | "
        + $"{Results.Sum(result => result.Tried)} | "
        + $"{Results.SelectMany(result => result.Blamed).Select(b => b.Minutes).DefaultIfEmpty().Average():0.0} |");

    // Of nothing there is no share.
    private static string Share(double share) =>
        double.IsNaN(share) ? "" : share.ToString("0.0 %", CultureInfo.InvariantCulture);
}
