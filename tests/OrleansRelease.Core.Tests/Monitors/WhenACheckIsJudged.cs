using OrleansRelease.Core.Monitors;

namespace OrleansRelease.Core.Tests.Monitors;

public sealed class WhenACheckIsJudged
{
    private static readonly Expectation Strict = new(
        [new(200, 200)], TimeSpan.FromMilliseconds(800), new BodyRule("Checkout", null), TimeSpan.FromDays(14));

    private static Sight Seen(Expectation expect, CheckAnswer answer) =>
        Checking.Of(Pages.Check(expect), answer, Pages.Now);

    [Fact]
    public void What_is_all_as_it_must_be_holds() => Assert.Equal(
        new Sight.Holds("200 in 120 ms, certificate valid for 61d"),
        Seen(Strict, Pages.Answer(body: "<h1>Checkout</h1>", certificate: TimeSpan.FromDays(61.5))));

    [Theory]
    [InlineData(200, true)]
    [InlineData(299, true)]
    [InlineData(301, true)]
    [InlineData(302, false)]
    [InlineData(404, false)]
    public void The_status_is_one_of_those_that_are_said(int status, bool holds) => Assert.Equal(
        holds,
        Seen(new([StatusRange.Class(2), new(301, 301)], null, null, null), Pages.Answer(status)) is Sight.Holds);

    [Fact]
    public void A_redirect_is_told_as_one() => Assert.Equal(
        new Sight.Fails("302, a redirect, which is not followed, and 200 is expected"),
        Seen(Strict, Pages.Answer(302)));

    [Fact]
    public void A_proxy_that_wants_to_know_who_asks_says_nothing_of_the_page() =>
        Assert.IsType<Sight.Unknown>(Seen(Strict, Pages.Answer(407)));

    [Fact]
    public void What_comes_too_late_fails_and_what_comes_in_time_does_not()
    {
        var expect = Strict with { Body = null, CertificateValidFor = null };

        Assert.Equal(
            new Sight.Fails("200 in 801 ms, later than 800ms"), Seen(expect, Pages.Answer(milliseconds: 801)));
        Assert.IsType<Sight.Holds>(Seen(expect, Pages.Answer(milliseconds: 800)));
    }

    [Theory]
    [InlineData("a Checkout b", "Checkout", null, true)]
    [InlineData("a checkout b", "Checkout", null, false)]
    [InlineData("stack trace", null, "stack trace", false)]
    [InlineData("all is well", null, "stack trace", true)]
    [InlineData("Zahlungsübersicht", "übersicht", null, true)]
    public void A_text_stands_in_the_body_or_does_not(string body, string? contains, string? lacks, bool holds) =>
        Assert.Equal(
            holds,
            Seen(new([new(200, 200)], null, new(contains, lacks), null), Pages.Answer(body: body)) is Sight.Holds);

    [Fact]
    public void A_certificate_that_ends_soon_fails_also_where_nobody_knows_of_the_body() => Assert.IsType<Sight.Fails>(
        Seen(
            new([new(200, 200)], null, new("Checkout", null), TimeSpan.FromDays(14)),
            Pages.Answer(body: "a", isCut: true, certificate: TimeSpan.FromDays(2))));

    [Fact]
    public void Of_a_body_that_goes_on_nobody_knows_what_stands_in_the_rest()
    {
        var cut = Pages.Answer(body: "a Checkout b", isCut: true);

        Assert.IsType<Sight.Holds>(Seen(new([new(200, 200)], null, new("Checkout", null), null), cut));
        Assert.IsType<Sight.Fails>(Seen(new([new(200, 200)], null, new(null, "Checkout"), null), cut));
        Assert.IsType<Sight.Unknown>(Seen(new([new(200, 200)], null, new("Paid", null), null), cut));
        Assert.IsType<Sight.Unknown>(Seen(new([new(200, 200)], null, new(null, "Paid"), null), cut));
        Assert.IsType<Sight.Unknown>(Seen(new([new(200, 200)], TimeSpan.FromSeconds(1), null, null), cut));
        Assert.IsType<Sight.Holds>(Seen(new([new(200, 200)], null, null, null), cut));
    }

    [Theory]
    [InlineData(14, 0, true)]
    [InlineData(13, 23, false)]
    [InlineData(-1, 0, false)]
    public void A_certificate_that_ends_too_soon_fails(int days, int hours, bool holds) => Assert.Equal(
        holds,
        Seen(
            new([new(200, 200)], null, null, TimeSpan.FromDays(14)),
            Pages.Answer(certificate: new TimeSpan(days, hours, 0, 0))) is Sight.Holds);

    [Fact]
    public void Without_a_certificate_nobody_knows_how_long_it_is_valid() => Assert.IsType<Sight.Unknown>(
        Seen(new([new(200, 200)], null, null, TimeSpan.FromDays(14)), Pages.Answer()));

    /// <summary>What came from the checked address is evidence, what may be this side's own doing is not.</summary>
    [Theory]
    [InlineData(Trouble.Refused, typeof(Sight.Fails), typeof(Sight.Fails), typeof(Sight.Unknown))]
    [InlineData(Trouble.Tls, typeof(Sight.Fails), typeof(Sight.Fails), typeof(Sight.Unknown))]
    [InlineData(Trouble.TimedOut, typeof(Sight.Fails), typeof(Sight.Fails), typeof(Sight.Unknown))]
    [InlineData(Trouble.Broken, typeof(Sight.Fails), typeof(Sight.Fails), typeof(Sight.Unknown))]
    [InlineData(Trouble.NoName, typeof(Sight.Unknown), typeof(Sight.Fails), typeof(Sight.Unknown))]
    [InlineData(Trouble.NoRoute, typeof(Sight.Unknown), typeof(Sight.Fails), typeof(Sight.Unknown))]
    [InlineData(Trouble.NoConnection, typeof(Sight.Unknown), typeof(Sight.Fails), typeof(Sight.Unknown))]
    [InlineData(Trouble.OwnSide, typeof(Sight.Unknown), typeof(Sight.Unknown), typeof(Sight.Unknown))]
    public void Trouble_is_held_against_whoever_made_it(Trouble trouble, Type unasked, Type reached, Type lost)
    {
        var seen = Checking.Of(Pages.Check(), new CheckAnswer.None(trouble, "why"), Pages.Now);

        Assert.Equal(
            [unasked, reached, lost],
            new bool?[] { null, true, false }.Select(network => seen.Settled(network).GetType()));
    }

    [Fact]
    public void Every_trouble_is_judged() => Assert.All(
        Enum.GetValues<Trouble>(),
        trouble => Assert.NotEmpty(Checking.Of(Pages.Check(), new CheckAnswer.None(trouble, ""), Pages.Now).Words));

    [Fact]
    public void A_wrong_answer_counts_only_where_the_own_network_is_there()
    {
        var seen = Seen(Strict, Pages.Answer(503));

        Assert.IsType<Sight.Fails>(seen.Settled(null));
        Assert.IsType<Sight.Fails>(seen.Settled(true));
        Assert.IsType<Sight.Unknown>(seen.Settled(false));
        Assert.IsType<Sight.Holds>(new Sight.Holds("200").Settled(false));
    }

    [Fact]
    public void Words_are_one_line_of_bounded_length()
    {
        var endless = new CheckAnswer.None(Trouble.Tls, "a\nb" + new string('x', 5_000));

        var words = Checking.Of(Pages.Check(), endless, Pages.Now).Words;

        Assert.InRange(words.Length, 10, 400);
        Assert.DoesNotContain('\n', words);
    }
}
