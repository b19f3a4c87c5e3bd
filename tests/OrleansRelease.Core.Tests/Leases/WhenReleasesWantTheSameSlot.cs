using System.Globalization;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Leases;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Tests.Leases;

public sealed class WhenReleasesWantTheSameSlot
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    private LeaseBook _book = LeaseBook.Empty;

    [Fact]
    public void The_first_gets_it_and_the_others_wait_by_how_long_they_have_waited()
    {
        Assert.Equal("grant one", Enter(Claim("one")));
        Assert.Equal("", Enter(Claim("three", minutes: 2)));
        Assert.Equal("", Enter(Claim("two", minutes: 1)));

        Assert.Equal("grant two", Return("one"));
        Assert.Equal("grant three", Return("two"));
        Assert.Equal("", Return("three"));
        Assert.Null(_book.Holder);
    }

    [Fact]
    public void One_level_of_priority_counts_as_ten_minutes_of_waiting()
    {
        Enter(Claim("holder"));
        Enter(Claim("plain", minutes: 1));
        Enter(Claim("urgent", minutes: 10, priority: 1));
        Assert.Equal("grant urgent", Return("holder"));

        // Nobody is overtaken for longer than that.
        Enter(Claim("late", minutes: 12, priority: 1));
        Assert.Equal("grant plain", Return("urgent"));
    }

    [Fact]
    public void Who_goes_first_wounds_the_holder_and_does_so_once()
    {
        Enter(Claim("younger", minutes: 5));

        Assert.Equal("wound younger by older", Enter(Claim("older")));
        Assert.Equal("", Enter(Claim("oldest", minutes: -5)));
        Assert.Equal("grant oldest", Return("younger"));
        // The wounded one has come back with the rank that it had.
        Assert.Equal("", Enter(Claim("younger", number: 3, minutes: 5)));
        Assert.Equal("grant older", Return("oldest"));
        Assert.Equal("grant younger", Return("older"));
    }

    [Fact]
    public void Who_comes_later_wounds_nobody()
    {
        Enter(Claim("older"));

        Assert.Equal("", Enter(Claim("younger", minutes: 5)));
    }

    [Fact]
    public void A_claim_that_comes_after_its_own_return_is_none()
    {
        Assert.Equal("", Return("one", number: 2));
        Assert.Equal("", Enter(Claim("one", number: 1)));
        Assert.Null(_book.Holder);

        Assert.Equal("grant one", Enter(Claim("one", number: 3)));
        Assert.Equal("", Enter(Claim("one", number: 3)));
        Assert.Equal("", Return("one", number: 2));
        Assert.NotNull(_book.Holder);
    }

    [Fact]
    public void A_newer_claim_says_that_the_older_one_was_given_back()
    {
        Enter(Claim("one", number: 1));
        Enter(Claim("two", minutes: -1));

        Assert.Equal("grant two", Enter(Claim("one", number: 5)));
        Assert.Equal("grant one", Return("two"));
    }

    [Fact]
    public void Who_asked_not_to_wait_is_refused_and_who_supersedes_tells_all_that_were_there()
    {
        Enter(Claim("one"));
        Assert.Equal("refuse two because of one", Enter(Claim("two") with { WhenBusy = WhenBusy.Reject }));
        Enter(Claim("three", minutes: 3));

        Assert.Equal(
            "supersede one by four, supersede three by four",
            Enter(Claim("four", minutes: 4) with { WhenBusy = WhenBusy.Supersede }));
        Assert.Equal("", Return("three"));
        Assert.Equal("grant four", Return("one"));
    }

    // A release asks for its last slot long after its first.
    [Fact]
    public void Who_supersedes_takes_the_place_of_nobody_who_began_later()
    {
        Enter(Claim("older") with { CreatedAt = Start });
        Enter(Claim("newer") with { CreatedAt = Start.AddMinutes(9) });
        Enter(Claim("unknown"));

        Assert.Equal(
            "supersede older by asks, supersede unknown by asks",
            Enter(Claim("asks") with { WhenBusy = WhenBusy.Supersede, CreatedAt = Start.AddMinutes(5) }));
    }

    [Fact]
    public void It_never_has_two_holders_and_never_lies_idle_while_somebody_waits()
    {
        for (var seed = 1; seed <= 300; seed++)
        {
            var random = new Random(seed);
            (_book, var numbers) = (LeaseBook.Empty, new int[6]);
            var holders = new HashSet<PassageId>();
            for (var step = 0; step < 80; step++)
            {
                var who = random.Next(numbers.Length);
                var name = string.Create(CultureInfo.InvariantCulture, $"r{who}");
                // Everything may come again, and late.
                var number = random.Next(5) == 0 ? Math.Max(1, numbers[who] - 1) : ++numbers[who];
                if (random.Next(2) == 0)
                    Enter(Claim(name, number, random.Next(-30, 30), random.Next(-2, 3)));
                else
                    Return(name, number);
                Assert.True(_book.Holder is not null || _book.Waiting.IsEmpty, $"seed {seed}: idle");
                Assert.Distinct(_book.Waiting.Prepend(_book.Holder!).Where(claim => claim is not null)
                    .Select(claim => claim.Passage));
                if (_book.Holder is { } holder) holders.Add(holder.Passage);
            }

            Assert.True(holders.Count > 1, $"seed {seed}");
        }
    }

    private static Claim Claim(string name, int number = 1, int minutes = 0, int priority = 0)
    {
        var id = PassageId.From($"{name}.production.1");
        return new(
            id, Rank.Of(id, Start.AddMinutes(minutes), priority), WhenBusy.Queue, number, VersionName.From("2.0"),
            "sha256:two", ActorName.From("anna"));
    }

    private string Enter(Claim claim)
    {
        (_book, var moves) = _book.Enter(claim);
        return string.Join(", ", moves.Select(Text));
    }

    private string Return(string name, int number = 1)
    {
        (_book, var moves) = _book.Return(PassageId.From($"{name}.production.1"), number);
        return string.Join(", ", moves.Select(Text));
    }

    private static string Text(LeaseMove move) => move switch
    {
        LeaseMove.Grant grant => $"grant {grant.To.Passage.Release}",
        LeaseMove.Wound wound => $"wound {wound.Holder.Passage.Release} by {wound.By.Passage.Release}",
        LeaseMove.Refuse refuse => $"refuse {refuse.Asked.Passage.Release} because of {refuse.Before.Release}",
        LeaseMove.Supersede old => $"supersede {old.Old.Passage.Release} by {old.By.Passage.Release}",
        _ => "",
    };
}
