using System.Collections.Immutable;
using OrleansRelease.Core.Attribution;
using OrleansRelease.Core.Json;
using static OrleansRelease.Core.Tests.Attribution.Scene;

namespace OrleansRelease.Core.Tests.Attribution;

public sealed class WhenAServiceGetsWorse
{
    private static readonly Anomaly TenPercent = Shop(_ => 40);

    private static readonly Suspect GuiltyCart = Of("cart", Tenth(36, 1), (29, 0.1));

    private static readonly Suspect InnocentStock = Of("stock", Tenth(4, 37), (28, 0.1));

    [Fact]
    public void Who_fails_where_it_reached_is_blamed_and_goes_back_and_the_others_hold()
    {
        var found = Judge(TenPercent, InnocentStock, GuiltyCart);

        Assert.Equal(new Judgement.Blame(Rollout("cart")), found.Judgement);
        Assert.Equal(Rollout("cart"), found.Ranked[0].Rollout);
        Assert.Equal((Advice.GoBack, Advice.Hold), (found.Of("cart").Advice, found.Of("stock").Advice));
        Assert.Equal((new Count(30, 12_000), new Count(400, 4_000)), (found.Before, found.Since));
        Assert.Equal(BlameJudge.Version, found.Version);
    }

    /// <summary>It stepped a minute before; but so, a little later, did one that is no suspect.</summary>
    [Fact]
    public void Where_another_one_stepped_meanwhile_only_counts_by_version_convict()
    {
        var (now, alone) = (At(Now), ImmutableArray.Create(Of("cart", null, (29, 0.1))));

        Assert.Equal(
            new Judgement.Blame(Rollout("cart")), BlameJudge.Judge(TenPercent, alone, [], now).Judgement);
        Assert.IsType<Judgement.Undecided>(
            BlameJudge.Judge(TenPercent, alone, [], now, needsSplit: true).Judgement);
        Assert.Equal(
            new Judgement.Blame(Rollout("cart")),
            BlameJudge.Judge(TenPercent, [GuiltyCart], [], now, needsSplit: true).Judgement);
    }

    [Fact]
    public void The_arithmetic_is_told_in_words_and_numbers()
    {
        var words = Judge(TenPercent, InnocentStock, GuiltyCart).Of("cart").Words;

        Assert.StartsWith("360 of 400 (90.0%) bad where it reached, 10 of 3600 (0.28%) where not, 100 % of the", words);
        Assert.Contains("share 10 % to 10 %", words, StringComparison.Ordinal);
        Assert.Contains("stepped 1 min before", words, StringComparison.Ordinal);
    }

    /// <summary>
    /// Three bad requests, all where it reached, of as many requests on either side: the chance of that is
    /// (r/(1+r))³ at a ratio of r. For a culprit, ln r even from ln 2 to ln 1000, the integral of r²/(1+r)³ is
    /// ln(1+r) + 2/(1+r) − 1/(2(1+r)²), which gives 5.2011 over 6.2146, or 0.837. For others, ln r normal about 0 with
    /// a variance of v, the expansion of a logistic function cubed about 0 to the second order is 1/8 + 3/16 · v/2.
    /// 1.017 of the three would be bad anyway, so v is 0.1² + (0.35 · 0.339)², or 0.0241, in nine of ten, and else
    /// 0.35²: 0.1282. The factor is 6.53.
    /// </summary>
    [Fact]
    public void The_factor_of_a_contrast_is_what_comes_out_by_hand()
    {
        var split = new Split(SeenAt.TheDegraded, [new(At(30), At(31), new(3, 200), new(0, 200))]);
        var found = Judge(Shop(_ => 3, until: 31), Of("shop", split, (30, 0.5)));

        Assert.Equal(6.53, Math.Pow(10, found.Of("shop").Contrast!.LogFactor), tolerance: 0.1);
    }

    // By hand: 0.8 e^(-1/4) / 4 + 0.2 / 60, to 1 / 60 is 9.55.
    [Fact]
    public void The_factor_of_a_delay_is_what_comes_out_by_hand() =>
        Assert.Equal(9.55, Math.Pow(10, Judge(TenPercent, GuiltyCart).Of("cart").Delay.LogFactor), tolerance: 0.01);

    // The example of docs/attribution.md, worked out apart with sums twenty times as fine: two suspects, 0.35 each,
    // 0.3 outside and 0.014 for both; contrast 40.626 and -7.204, mixed with 0.2; tracking 0.016; delay 9.546, 7.478.
    [Fact]
    public void The_odds_are_what_comes_out_apart()
    {
        var found = Judge(TenPercent, GuiltyCart, InnocentStock);

        Assert.Equal(41.15, found.Of("cart").LogOdds, tolerance: 0.1);
        Assert.Equal(-2.10, found.Of("stock").LogOdds, tolerance: 0.05);
    }

    /// <summary>There is another way to it, by which it breaks some of what it was not to reach.</summary>
    [Fact]
    public void What_hits_one_side_more_than_twice_as_hard_does_not_come_from_outside()
    {
        var cart = Of("cart", Half(reached: 60, missed: 24), (29, 0.5));

        Assert.Equal(new Judgement.Blame(Rollout("cart")), Judge(Shop(_ => 84), cart, InnocentStock).Judgement);
    }

    /// <summary>Both sides are ten times as bad as they were, and one of them a half more so.</summary>
    [Fact]
    public void What_hits_one_side_somewhat_harder_convicts_nobody()
    {
        var cart = Of("cart", Half(reached: 24, missed: 16), (29, 0.5));

        Assert.IsNotType<Judgement.Blame>(Judge(Shop(_ => 40), cart, InnocentStock).Judgement);
    }

    [Fact]
    public void What_fails_alike_wherever_they_reached_is_nobodys_fault_among_them()
    {
        // Both got their canaries long before.
        var found = Judge(
            TenPercent, Of("cart", Tenth(4, 36, SeenAt.TheDegraded), (1, 0.1)),
            Of("shop", Tenth(4, 36, SeenAt.TheDegraded), (2, 0.1)));

        Assert.IsType<Judgement.NotAmongThem>(found.Judgement);
        Assert.All(found.Ranked, ranked => Assert.Equal(Advice.GoOn, ranked.Advice));
        Assert.True(found.Outside > 0.95, $"{found.Outside}");
    }

    [Fact]
    public void Who_fails_a_little_where_all_fail_a_lot_is_not_blamed()
    {
        // Twice as bad as the other version is, and a hundredth of what has happened.
        var split = new Split(SeenAt.ItsOwn, [.. Enumerable.Range(0, Now).Select(minute => new SplitStretch(
            At(minute), At(minute + 1), new(4, 200), new(1, 200)))]);

        Assert.IsNotType<Judgement.Blame>(Judge(Shop(_ => 300), Of("cart", split, (1, 0.5))).Judgement);
    }

    [Fact]
    public void Who_has_begun_after_the_onset_is_not_blamed()
    {
        var found = Judge(TenPercent, Of("cart", null, (35, 0.1)));

        Assert.IsType<Judgement.NotAmongThem>(found.Judgement);
        Assert.Equal("had not begun at the onset", found.Of("cart").Words);
    }

    [Fact]
    public void Where_no_counts_tell_nobody_is_blamed_for_having_stepped_just_before()
    {
        var found = Judge(TenPercent, Of("cart", null, (30, 0.1)), Of("stock", null, (30, 0.1)));

        var undecided = Assert.IsType<Judgement.Undecided>(found.Judgement);
        Assert.NotNull(undecided.Telling);
        Assert.Contains("20 to 1 are needed", undecided.Reason, StringComparison.Ordinal);
        Assert.All(found.Ranked, ranked => Assert.Equal(Advice.Hold, ranked.Advice));
    }

    [Fact]
    public void Where_no_counts_tell_who_was_taken_back_is_blamed_when_the_fault_goes_with_it()
    {
        var found = Judge(
            Shop(minute => minute < 34 ? 40 : 1), Of("cart", null, (29, 0.1), (34, 0)), Of("stock", null, (29, 0.1)));

        Assert.Equal(new Judgement.Blame(Rollout("cart")), found.Judgement);
    }

    [Fact]
    public void Where_no_counts_tell_who_was_taken_back_is_cleared_when_the_fault_stays()
    {
        var found = Judge(TenPercent, Of("cart", null, (29, 0.1), (34, 0)), Of("stock", null, (29, 0.1)));

        Assert.True(found.Of("cart").LogOdds < -1.3, found.Of("cart").Words);
        Assert.Equal(Rollout("stock"), Assert.IsType<Judgement.Undecided>(found.Judgement).Telling);
    }

    [Fact]
    public void Who_steps_as_the_fault_grows_is_likelier_than_who_stands_still()
    {
        var found = Judge(
            Shop(minute => minute < 35 ? 20 : 100), Of("cart", null, (29, 0.1), (35, 0.5)),
            Of("stock", null, (29, 0.1)));

        Assert.True(found.Of("cart").Tracking.LogFactor > 1, found.Of("cart").Words);
        Assert.True(found.Of("cart").LogOdds > found.Of("stock").LogOdds + 1, found.Of("stock").Words);
    }

    [Fact]
    public void Two_at_fault_are_named_one_after_the_other()
    {
        var cart = Of("cart", Tenth(36, 4), (29, 0.1));
        var stock = Of("stock", Tenth(20, 4), (29, 0.1));
        var first = Judge(Shop(_ => 56), cart, stock);
        // The first is back at minute 34; what is left is the other's.
        var second = BlameJudge.Judge(
            Shop(minute => minute < 34 ? 56 : 20), [cart with { Steps = cart.Steps.Add(new(At(34), 0)) }, stock],
            [Rollout("cart")], At(Now));

        Assert.Equal(new Judgement.Blame(Rollout("cart")), first.Judgement);
        Assert.Equal(new Judgement.Blame(Rollout("stock")), second.Judgement);
    }

    [Fact]
    public void Nothing_is_said_of_the_others_while_who_was_blamed_still_has_requests()
    {
        var found = BlameJudge.Judge(TenPercent, [GuiltyCart, InnocentStock], [Rollout("cart")], At(Now));

        Assert.Equal(new Judgement.Undecided("nothing has been counted since"), found.Judgement);
    }

    [Fact]
    public void What_is_no_clear_rise_is_nobodys_fault_yet() => Assert.Equal(
        new Judgement.Undecided("what has been counted since is no clear rise"),
        Judge(Shop(minute => minute == Onset ? 3 : 1), GuiltyCart).Judgement);

    [Fact]
    public void Nobody_is_blamed_while_some_were_not_weighed()
    {
        var many = Enumerable.Range(1, BlameJudge.MostSuspects + 1).Select(n => GuiltyCart with
        {
            Rollout = new(Slot("cart"), n),
        });
        var found = Judge(TenPercent, [.. many]);

        Assert.Equal((1, BlameJudge.MostSuspects), (found.NotWeighed, found.Ranked.Length));
        Assert.IsType<Judgement.Undecided>(found.Judgement);
    }

    [Fact]
    public void Counts_that_contradict_each_other_are_left_out()
    {
        var broken = TenPercent.Stretches.Select((stretch, minute) => (minute % 3) switch
        {
            0 => stretch with { Requests = new(double.NaN, 400) },
            1 => stretch with { Requests = new(500, 400) },
            _ => stretch,
        });
        var found = Judge(TenPercent with { Stretches = [.. broken] }, GuiltyCart, InnocentStock);

        Assert.Equal(new Judgement.Blame(Rollout("cart")), found.Judgement);
        Assert.Equal(new Count(10, 4_000), found.Before);
    }

    [Fact]
    public void The_order_of_suspects_changes_nothing() => Assert.Equal(
        Vocabulary.Write(Judge(TenPercent, GuiltyCart, InnocentStock)),
        Vocabulary.Write(Judge(TenPercent, InnocentStock, GuiltyCart)));

    [Fact]
    public void A_finding_comes_back_as_it_was_written()
    {
        var written = Vocabulary.Write(Judge(TenPercent, GuiltyCart, InnocentStock, Of("shop", null, (35, 0.1))));

        Assert.Equal(written, Vocabulary.Write(Vocabulary.Read<Finding>(written)));
    }
}
