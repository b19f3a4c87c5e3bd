using System.Globalization;
using OrleansRelease.Core.Analysis.Seasonal;
using Xunit.Abstractions;

namespace OrleansRelease.Core.Tests.Analysis.Seasonal;

/// <summary>
/// How often a rollout that changes nothing is taken back, and how often one that does. The long form, whose figures
/// are in docs/analysis.md: OREL_SEASONAL_ROLLOUTS=1000 and a detailed log of the console.
/// </summary>
public sealed class SimulatingSeasons(ITestOutputHelper output)
{
    private static readonly int Rollouts = int.TryParse(
        Environment.GetEnvironmentVariable("OREL_SEASONAL_ROLLOUTS"), CultureInfo.InvariantCulture, out var said)
        ? said
        : 60;

    private static readonly Dictionary<string, SeasonalWorld> Worlds = new()
    {
        ["usual"] = new(),
        ["without incidents"] = new() { Incidents = 0 },
        ["trend of 3 % a day"] = new() { Trend = 0.03 },
        ["deploy: half as much again"] = new() { Shift = 1.5 },
        ["deploy: down to 60 %"] = new() { Shift = 0.6 },
        ["noise of 20 %"] = new() { Slow = 0.2 },
        ["7 days"] = new() { Days = 7 },
        ["28 days"] = new() { Days = 28 },
        ["a decrease is bad"] = new() { Bad = BadChange.Decrease },
        ["either is bad"] = new() { Bad = BadChange.Either },
    };

    public static TheoryData<string, double> Quiet => new()
    {
        { "usual", 5 }, { "without incidents", 5 }, { "trend of 3 % a day", 5 }, { "deploy: half as much again", 5 },
        { "deploy: down to 60 %", 5 }, { "noise of 20 %", 10 }, { "7 days", 5 }, { "28 days", 5 },
        { "a decrease is bad", 5 }, { "either is bad", 5 },
    };

    public static TheoryData<string, double, double> Loud => new()
    {
        { "usual", 1.5, 75 }, { "usual", 2, 95 }, { "trend of 3 % a day", 1.5, 75 },
        { "deploy: half as much again", 1.5, 75 }, { "a decrease is bad", 0.5, 75 }, { "28 days", 1.5, 75 },
        { "either is bad", 1.5, 75 }, { "7 days", 2, 75 }, { "noise of 20 %", 2, 75 },
    };

    [Theory]
    [MemberData(nameof(Quiet))]
    public void A_rollout_that_changes_nothing_is_rarely_taken_back(string world, double mostPercent)
    {
        var (share, _) = TakenBack(world, 1);

        Assert.InRange(share, 0, mostPercent);
    }

    [Theory]
    [MemberData(nameof(Loud))]
    public void A_shift_of_half_or_all_of_the_level_is_found(string world, double effect, double leastPercent)
    {
        var (share, _) = TakenBack(world, effect);

        Assert.InRange(share, leastPercent, 100);
    }

    private (double Percent, int? Median) TakenBack(string world, double effect)
    {
        var changed = Worlds[world] with { Effect = effect };
        int?[] at = [.. Enumerable.Range(1, Rollouts).AsParallel().AsOrdered().Select(changed.TakenBackAt)];
        int[] found = [.. at.OfType<int>().Order()];
        int? median = found.Length == 0 ? null : found[found.Length / 2];
        var percent = 100.0 * found.Length / Rollouts;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{world}, × {effect}: {percent:0.#} % of {Rollouts} rollouts, median minute {median}"));
        return (percent, median);
    }
}
