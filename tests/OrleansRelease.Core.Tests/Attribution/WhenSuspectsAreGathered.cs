using System.Collections.Immutable;
using OrleansRelease.Core.Attribution;
using OrleansRelease.Core.Identity;
using static OrleansRelease.Core.Tests.Attribution.Scene;

namespace OrleansRelease.Core.Tests.Attribution;

public sealed class WhenSuspectsAreGathered
{
    [Fact]
    public void The_way_to_each_is_the_shortest_and_a_circle_ends()
    {
        var calls = new (string From, string To)[]
        {
            ("shop", "stock"), ("shop", "cart"), ("cart", "stock"), ("stock", "lager"), ("lager", "shop"),
        }.ToLookup(one => ServiceName.From(one.From), one => ServiceName.From(one.To));

        var ways = Ways.From(ServiceName.From("shop"), service => calls[service]);

        Assert.Equal(
            ["cart: shop cart", "lager: shop stock lager", "shop: shop", "stock: shop stock"],
            ways.Select(one => $"{one.Key}: {string.Join(' ', one.Value)}"));
    }

    [Fact]
    public void Under_whom_something_moves_calls_it_directly_or_through_others()
    {
        var callers = new (string From, string To)[]
        {
            ("shop", "cart"), ("cart", "stock"), ("stock", "cart"), ("till", "shop"), ("shop", "mail"),
        }.ToLookup(one => ServiceName.From(one.To), one => ServiceName.From(one.From));

        Assert.Equal(
            ["cart", "shop", "stock", "till"],
            Ways.Into([ServiceName.From("stock")], callers).Select(one => $"{one}").Order());
        Assert.Empty(Ways.Into([ServiceName.From("till")], callers));
    }

    [Fact]
    public void A_way_has_a_bound()
    {
        var ways = Ways.From(
            ServiceName.From("s0"), service => [ServiceName.From($"s{int.Parse($"{service}"[1..]) + 1}")]);

        Assert.Equal(Ways.Longest, ways.Count);
    }

    [Fact]
    public void What_its_version_has_not_served_it_has_not_reached()
    {
        var split = Splits.Of(SeenAt.ItsOwn, Counts((1, 100), (10, 100)), Counts((0, 10), (9, 40)))!;

        Assert.Equal(
            [(new Count(0, 10), new Count(1, 90)), (new Count(9, 40), new Count(1, 60))],
            split.Stretches.Select(one => (one.Reached, one.Missed)));
    }

    [Fact]
    public void Before_its_first_request_it_has_reached_nobody()
    {
        var split = Splits.Of(SeenAt.ItsOwn, Counts((1, 100), (2, 100)), [Counts((0, 10), (2, 40))[1]])!;

        Assert.Equal((default, new Count(1, 100)), (split.Stretches[0].Reached, split.Stretches[0].Missed));
    }

    [Fact]
    public void Where_it_has_served_more_than_all_nothing_is_said()
    {
        Assert.Null(Splits.Of(SeenAt.ItsOwn, Counts((1, 100)), Counts((0, 150))));
        Assert.Null(Splits.Of(SeenAt.ItsOwn, Counts((1, 100)), Counts((5, 50))));
        Assert.Null(Splits.Of(SeenAt.ItsOwn, [], []));
    }

    private static ImmutableArray<Stretch> Counts(params (double Bad, double Total)[] all) =>
        [.. all.Select((one, i) => new Stretch(At(i), At(i + 1), new(one.Bad, one.Total)))];
}
