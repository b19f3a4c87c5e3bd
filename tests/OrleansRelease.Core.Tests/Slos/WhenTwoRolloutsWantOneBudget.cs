using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Slos;

namespace OrleansRelease.Core.Tests.Slos;

public sealed class WhenTwoRolloutsWantOneBudget
{
    private static readonly SlotKey Slot = SlotKey.From("checkout.production");
    private static readonly BudgetBook Empty = BudgetBook.Empty(Slot, "availability");

    private static RolloutId Id(int number) => new(Slot, number);

    private static BudgetRequest Asks(
        int rollout, double price, double left = 40, decimal limit = 0.25m, Urgency? urgency = null) => new(
        Id(rollout), TimeSpan.FromMinutes(price), TimeSpan.FromMinutes(left), limit, urgency ?? new Urgency.Planned());

    private static BudgetBook Granted(BudgetBook book, BudgetRequest request)
    {
        var (next, answer) = book.Reserve(request, Counted.Noon);
        Assert.IsType<BudgetAnswer.Granted>(answer);
        return next;
    }

    private static Refusal Refused(BudgetBook book, BudgetRequest request)
    {
        var (next, answer) = book.Reserve(request, Counted.Noon);
        Assert.Same(book, next);
        return Assert.IsType<BudgetAnswer.Refused>(answer).Refusal;
    }

    [Fact]
    public void The_second_has_only_what_the_first_leaves()
    {
        var book = Granted(Empty, Asks(1, 10));

        // A quarter of the 30 minutes that are left and not reserved.
        var refusal = Refused(book, Asks(2, 8));
        Assert.Equal(RefusalCodes.BudgetExceeded, refusal.Code);
        Assert.Equal(
            "checkout.production.2 can cost 8m of full outage; 40m of the error budget of availability in "
            + "checkout.production is left, and 10m of it is reserved by checkout.production.1, and one rollout may "
            + "cost 25% of the rest", refusal.Reason);
        Assert.Equal(2, Granted(book, Asks(2, 7.5)).Held.Length);
    }

    [Fact]
    public void The_end_of_the_first_makes_room()
    {
        var book = Granted(Empty, Asks(1, 10));

        Granted(book.Free(Id(1)), Asks(2, 8));
    }

    [Fact]
    public void The_same_request_again_changes_nothing_and_neither_does_the_same_end()
    {
        var book = Granted(Empty, Asks(1, 10));

        Assert.Same(book, Granted(book, Asks(1, 10)));
        var freed = book.Free(Id(1));
        Assert.Same(freed, freed.Free(Id(1)));
    }

    [Fact]
    public void A_request_after_its_own_end_reserves_nothing() =>
        Assert.Equal(RefusalCodes.AlreadyEnded, Refused(Empty.Free(Id(1)), Asks(1, 1)).Code);

    [Fact]
    public void A_way_back_goes_whatever_is_left_and_takes_nothing_from_others()
    {
        var book = Granted(Empty, Asks(1, 10));

        Assert.Same(book, Granted(book, Asks(2, 1000, left: -5, urgency: new Urgency.WayBack())));
    }

    [Fact]
    public void An_emergency_with_a_reason_goes_and_those_after_it_have_less()
    {
        var anna = ActorName.From("anna");
        var book = Granted(Empty, Asks(1, 100, urgency: new Urgency.Emergency(anna, "checkout is down")));

        var held = Assert.Single(book.Held);
        Assert.Equal(new Urgency.Emergency(anna, "checkout is down"), held.Urgency);
        Assert.Equal(Counted.Noon, held.Since);
        Assert.Equal(RefusalCodes.BudgetExceeded, Refused(book, Asks(2, 1)).Code);
        Assert.Equal(
            RefusalCodes.BadReason, Refused(Empty, Asks(1, 1, urgency: new Urgency.Emergency(anna, " "))).Code);
    }

    [Fact]
    public void Nothing_left_is_nothing_to_reserve()
    {
        Refused(Empty, Asks(1, 0, left: 0));
        Refused(Empty, Asks(1, 0, left: -1));
    }

    [Fact]
    public void However_they_come_and_go_planned_rollouts_never_reserve_more_than_is_left()
    {
        var random = new Random(20261129);
        for (var world = 0; world < 200; world++)
        {
            var book = Empty;
            for (var i = 1; i <= 60; i++)
            {
                if (random.Next(3) == 0) book = book.Free(Id(random.Next(1, i + 1)));
                else book = book.Reserve(Asks(i, 12 * random.NextDouble(), limit: 0.9m), Counted.Noon).Book;
                Assert.True(book.Held.Sum(held => held.Price.TotalMinutes) <= 40);
                Assert.Empty(book.Held.Select(held => held.Rollout).Intersect(book.Ended));
            }
        }
    }

    [Fact]
    public void A_book_remembers_only_so_many_ends_and_is_read_back_as_it_was()
    {
        var book = Granted(Empty, Asks(999, 1, urgency: new Urgency.Emergency(ActorName.From("anna"), "down")));
        for (var i = 1; i <= BudgetBook.RememberedEnds + 5; i++) book = book.Free(Id(i));

        Assert.Equal(BudgetBook.RememberedEnds, book.Ended.Length);
        var json = Vocabulary.Write(book);
        Assert.Equal(json, Vocabulary.Write(Vocabulary.Read<BudgetBook>(json)));
        Assert.Equal(Assert.Single(book.Held), Assert.Single(Vocabulary.Read<BudgetBook>(json).Held));
    }
}
