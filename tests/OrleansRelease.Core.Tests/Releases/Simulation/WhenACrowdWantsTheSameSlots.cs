using System.Globalization;
using OrleansRelease.Core.Effects;
using Xunit.Abstractions;

namespace OrleansRelease.Core.Tests.Releases.Simulation;

/// <summary>Five hundred releases with overlapping slots and mixed priorities at once.</summary>
public sealed class WhenACrowdWantsTheSameSlots(ITestOutputHelper output)
{
    private const int Releases = 500;

    private const int Seed = 5;

    [Fact]
    public void All_get_them_and_where_one_stands_it_is_overtaken_once_at_most()
    {
        var shop = new Shop(Seed, crowd: Releases);

        shop.Run();

        Assert.All(shop.Passages, passage => Assert.True(passage.IsOver, $"{passage.Id}"));
        Assert.Contains(shop.Passages, passage => passage.Log.Any(text =>
            text.Contains("slots-yielded", StringComparison.Ordinal)));
        var fairness = shop.Fairness!;
        Assert.Equal(Releases, fairness.All.Count);
        var hadTurn = fairness.All.Where(one => fairness.TurnOf(one) is not null).ToList();
        var turns = hadTurn.Select(one => fairness.WaitedFor(one, fairness.TurnOf(one)!.Value).Count()).ToList();
        Write("others waited for in all", fairness.All.Select(one => fairness.WaitedFor(one, one.Began).Count()));
        Write("of these, go after it", fairness.All.Select(one => fairness.Overtaking(one).Count()));
        Write($"others waited for in its turn ({turns.Count} had one)", turns);
        Write("that of what may be, in percent", hadTurn.Zip(
            turns, (one, waited) => 100 * waited / one.Services.Count));
        Write("gave way", fairness.All.Select(one => one.Yields.Count));
        Write("slots", fairness.All.Select(one => one.Services.Count));
        // Who had no turn of his own, or nobody to wait for in it, would say nothing.
        Assert.True(turns.Count > Releases / 10, $"only {turns.Count} had a turn");
        Assert.True(turns.Max() > 1, "nobody waited for more than one in its turn");
        Assert.Empty(fairness.All.SelectMany(fairness.Problems));
    }

    [Fact]
    public void A_claim_that_ranks_by_when_it_was_made_is_found_out() => Find(new ShopDefect
    {
        Arrives = (action, now) => action is EffectAction.ClaimSlot claim
            ? claim with { Rank = claim.Rank with { Since = now } }
            : action,
    }, "was overtaken by");

    [Fact]
    public void A_holder_that_is_not_told_to_give_way_is_found_out() => Find(new ShopDefect
    {
        Arrives = (action, _) => action is EffectAction.WoundHolder ? null : action,
    }, "began to move");

    private void Find(ShopDefect defect, string problem)
    {
        var shop = new Shop(Seed, defect, crowd: Releases);

        shop.Run();

        var problems = shop.Fairness!.All.SelectMany(shop.Fairness.Problems).ToList();
        output.WriteLine($"{problems.Count}: {string.Join("; ", problems.Take(3))}");
        Assert.Contains(problems, found => found.Contains(problem, StringComparison.Ordinal));
    }

    private void Write(string what, IEnumerable<int> of)
    {
        var sorted = of.Order().ToList();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what}: median {sorted[sorted.Count / 2]}, p99 {sorted[sorted.Count * 99 / 100]}, worst {sorted[^1]}"));
    }
}
