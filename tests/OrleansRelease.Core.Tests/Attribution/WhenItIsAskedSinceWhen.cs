using System.Collections.Immutable;
using OrleansRelease.Core.Attribution;
using static OrleansRelease.Core.Tests.Attribution.Scene;

namespace OrleansRelease.Core.Tests.Attribution;

/// <summary>One of 400 requests a minute is bad; a share of 1.44 % matters.</summary>
public sealed class WhenItIsAskedSinceWhen
{
    private const double Allowed = 0.0144;

    [Theory]
    [InlineData(40)]
    [InlineData(400)]
    [InlineData(12)]
    public void It_is_since_the_first_minute_that_was_worse(int bad) =>
        Assert.Equal(At(30), ChangePoint.Of(Shop(_ => bad).Stretches, Allowed, At(40)));

    [Fact]
    public void What_is_as_it_always_was_has_no_onset() =>
        Assert.Null(ChangePoint.Of(Shop(_ => 1).Stretches, Allowed, At(40)));

    [Fact]
    public void What_was_bad_for_a_minute_and_is_well_again_has_none() =>
        Assert.Null(ChangePoint.Of(Shop(minute => minute < 32 ? 400 : 1).Stretches, Allowed, At(40)));

    // However bad: an instance was restarted.
    [Fact]
    public void One_bad_minute_has_none() =>
        Assert.Null(ChangePoint.Of(Shop(minute => minute < 39 ? 1 : 400).Stretches, Allowed, At(40)));

    [Fact]
    public void An_incident_that_is_over_does_not_hide_the_next_one()
    {
        var stretches = Shop(_ => 40).Stretches.SetItem(8, new(At(8), At(9), new(Requests, Requests)));

        Assert.Equal(At(30), ChangePoint.Of(stretches, Allowed, At(40)));
    }

    /// <summary>Twelve minutes as bad as what begins a quarter of an hour later, and for less time.</summary>
    [Fact]
    public void A_long_incident_that_is_over_does_not_hide_the_next_one()
    {
        var stretches = Shop(minute => minute is < 42 or >= 60 ? 40 : 1, until: 66).Stretches;

        Assert.Equal(At(60), ChangePoint.Of(stretches[6..], Allowed, At(66)));
    }

    /// <summary>Every tenth minute is bad; by chance one follows another now and then.</summary>
    [Theory]
    [InlineData(2, false)]
    [InlineData(6, true)]
    public void What_is_bad_now_and_then_is_worse_only_when_it_stays_so(int minutes, bool isWorse)
    {
        var stretches = Enumerable.Range(0, 60).Select(minute => new Stretch(At(minute), At(minute + 1), new(
            minute % 10 == 4 || minute >= 60 - minutes ? 20 : 1, Requests))).ToImmutableArray();

        Assert.Equal(isWorse ? At(60 - minutes) : null, ChangePoint.Of(stretches, Allowed, At(60)));
    }

    /// <summary>What is twice as bad as it was since it is bad.</summary>
    [Theory]
    [InlineData(100, true)]
    [InlineData(60, false)]
    public void It_is_said_since_when_it_is_still_worse(int bad, bool isMore)
    {
        var stretches = Shop(minute => minute < 50 ? 40 : bad, until: 60).Stretches[Onset..];

        Assert.Equal(isMore ? At(50) : null, ChangePoint.OfMore(stretches, At(60)));
    }

    [Fact]
    public void What_began_long_ago_has_none()
    {
        var stretches = Shop(_ => 40, until: 70).Stretches;

        Assert.Equal(At(30), ChangePoint.Of(stretches, Allowed, At(60)));
        Assert.Null(ChangePoint.Of(stretches, Allowed, At(61)));
    }

    [Fact]
    public void What_was_not_counted_lately_has_none() =>
        Assert.Null(ChangePoint.Of(Shop(_ => 40).Stretches, Allowed, At(55)));

    [Fact]
    public void What_is_worse_and_below_what_matters_has_none() =>
        Assert.Null(ChangePoint.Of(Shop(_ => 5).Stretches, Allowed, At(40)));

    // 30 bad requests in one minute: by a binomial count of 0.25 % no chance at all, and it has been so before.
    [Fact]
    public void What_comes_in_bursts_has_none_where_it_did_before()
    {
        var stretches = Shop(minute => minute % 5 == 0 ? 30 : 1).Stretches
            .Select(one => (one.Start.Minute % 5 == 0) ? one with { Requests = new(30, Requests) } : one)
            .ToImmutableArray();

        Assert.Null(ChangePoint.Of(stretches, Allowed, At(36)));
    }

    [Fact]
    public void What_nobody_knows_the_time_before_of_has_none() =>
        Assert.Null(ChangePoint.Of([.. Shop(_ => 400).Stretches.Skip(25)], Allowed, At(40)));

    [Fact]
    public void Minutes_that_are_missing_or_contradict_themselves_are_left_out()
    {
        var stretches = Shop(_ => 40).Stretches.RemoveAt(33)
            .SetItem(12, new(At(12), At(13), new(9, 5))).SetItem(13, new(At(13), At(14), new(double.NaN, 400)));

        Assert.Equal(At(30), ChangePoint.Of(stretches, Allowed, At(40)));
    }

    [Fact]
    public void It_is_over_when_the_newest_minutes_are_as_they_may_be()
    {
        Assert.False(ChangePoint.IsOver(Shop(_ => 40).Stretches, Allowed, At(30), At(40)));
        Assert.False(ChangePoint.IsOver(Shop(minute => minute < 38 ? 40 : 1).Stretches, Allowed, At(30), At(40)));
        Assert.True(ChangePoint.IsOver(Shop(minute => minute < 37 ? 40 : 1).Stretches, Allowed, At(30), At(40)));
    }

    /// <summary>Two of a hundred are bad, and by chance a few less for some minutes.</summary>
    [Fact]
    public void It_is_not_over_because_it_is_hardly_worse_than_it_may_be()
    {
        Assert.False(ChangePoint.IsOver(Shop(minute => minute < 37 ? 8 : 5).Stretches, Allowed, At(30), At(40)));
        Assert.True(ChangePoint.IsOver(Shop(minute => minute < 37 ? 8 : 1).Stretches, Allowed, At(30), At(40)));
    }

    /// <summary>An instance was restarted, say, shortly before: whoever steps in between would be no suspect.</summary>
    [Theory]
    [InlineData(27)]
    [InlineData(28)]
    public void One_bad_minute_shortly_before_is_not_the_first(int minute)
    {
        var stretches = Shop(_ => 40).Stretches.SetItem(minute, new(At(minute), At(minute + 1), new(50, Requests)));

        Assert.Equal(At(30), ChangePoint.Of(stretches, Allowed, At(40)));
    }

    [Fact]
    public void Nothing_is_over_of_which_nothing_was_counted_lately() =>
        Assert.False(ChangePoint.IsOver([.. Shop(_ => 1).Stretches.Take(20)], Allowed, At(30), At(40)));

    /// <summary>
    /// 500 services that nothing happens to, each looked at every minute for four hours: requests at random, sparse
    /// ones among them, that fail five at a time, at a rate that wanders by half of itself.
    /// </summary>
    [Fact]
    public void Nobody_gets_worse_by_chance()
    {
        var random = new Random(38);
        for (var service = 0; service < 500; service++)
        {
            var (rate, requests, drift) = (random.NextDouble() * 0.008, random.Next(5, 500), 0.0);
            var stretches = Enumerable.Range(0, 300).Select(minute =>
            {
                drift = (0.9 * drift) + (random.NextDouble() - 0.5);
                return new Stretch(At(minute), At(minute + 1), new(
                    InFives(random, requests, rate * Math.Clamp(1 + (0.3 * drift), 0.5, 1.5)), requests));
            }).ToImmutableArray();
            for (var now = 60; now <= 300; now++)
                Assert.Null(ChangePoint.Of(stretches[(now - 60)..now], Allowed, At(now)));
        }
    }

    private static int InFives(Random random, int requests, double rate)
    {
        var bad = 0;
        for (var i = 0; i < requests / 5; i++) bad += random.NextDouble() < rate ? 5 : 0;
        return bad;
    }
}
