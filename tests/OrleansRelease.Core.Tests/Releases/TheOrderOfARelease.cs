using System.Collections.Immutable;
using System.Diagnostics;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Releases;

namespace OrleansRelease.Core.Tests.Releases;

public sealed class TheOrderOfARelease
{
    private static readonly Graph Diamond = Graph.Of("web: cart search; cart: catalog; search: catalog; catalog");

    [Fact]
    public void What_is_needed_goes_first_and_what_could_go_together_goes_by_name()
    {
        Assert.Equal("catalog cart search web", Text(Diamond.Order.Forward));
        Assert.Equal("web search cart catalog", Text(Diamond.Order.Backward));
        Assert.Equal(["catalog", "cart search", "web"], Diamond.Order.Waves.Select(wave => Text(wave)));
        Assert.Equal(1, Diamond.Order.WaveOf(ServiceName.From("search")));
    }

    [Fact]
    public void Nothing_waits_for_a_whole_wave()
    {
        var order = Graph.Of("a; b: a; c: b; x; y: x").Order;

        // x is slow, and what does not need it goes on.
        Assert.Equal("b", Text(MayBegin(order, "a x", "a", 9)));
        Assert.Equal("c", Text(MayBegin(order, "a x b", "a b", 9)));
    }

    [Fact]
    public void No_more_begin_than_there_is_room_for()
    {
        var order = Graph.Of("d; c; b; a").Order;

        Assert.Equal("a b", Text(MayBegin(order, "", "", 2)));
        Assert.Empty(MayBegin(order, "", "", 0));
    }

    [Fact]
    public void A_service_goes_back_when_nothing_that_stands_on_it_is_left()
    {
        Assert.Equal("web", Text(MayGoBack(Diamond, "web cart search catalog")));
        Assert.Equal("search cart", Text(MayGoBack(Diamond, "cart search catalog")));
        Assert.Equal("search", Text(MayGoBack(Diamond, "search catalog")));
    }

    [Fact]
    public void A_service_that_stays_does_not_hide_what_stands_on_it()
    {
        var order = Graph.Of("top: middle; middle: bottom; bottom").Order;
        ImmutableArray<ServiceName> back = [.. Graph.Names("top bottom")];

        Assert.Equal("top", Text(order.MayGoBack(back.Contains)));
        Assert.Equal("top", Text(order.StandingOn(ServiceName.From("bottom"), back.Contains)));
        Assert.Equal("middle top", Text(order.AllAfter(ServiceName.From("bottom"))));
    }

    [Fact]
    public void The_release_has_the_last_word_between_two_services()
    {
        var needs = new Dictionary<ServiceName, ImmutableArray<ServiceName>>
        {
            [ServiceName.From("provider")] = [ServiceName.From("consumer")],
            [ServiceName.From("consumer")] = [],
            [ServiceName.From("third")] = [],
        };
        IEnumerable<ServiceName> DependsOn(ServiceName service) => Graph.Names($"{service}" switch
        {
            "consumer" => "provider elsewhere",
            "third" => "consumer elsewhere",
            _ => "",
        });

        var joined = Need.Join(needs, DependsOn);

        Assert.Equal("consumer provider third", Text(new Graph([.. needs.Keys], joined).Order.Forward));
        // What is not part of the release orders nothing.
        Assert.DoesNotContain(joined, need => need.On == ServiceName.From("elsewhere"));
        Assert.Equal(
            [NeedOrigin.Release, NeedOrigin.Catalogue], joined.Select(need => need.Origin));
    }

    [Fact]
    public void A_circle_is_refused_with_its_path_and_who_said_so()
    {
        var graph = Graph.Of("z: b; c: a; b: c; a: b; free");
        var turned = graph with
        {
            Needs = [.. graph.Needs.Select(need =>
                need.Service == ServiceName.From("a") ? need with { Origin = NeedOrigin.Catalogue } : need)],
        };

        var circle = Assert.IsType<Ordering.Circle>(Ordering.Of(turned.Services, turned.Needs));

        Assert.Equal(RefusalCodes.RequirementCycle, circle.Refusal.Code);
        Assert.Equal(
            "a → b → c → a: each would wait for the next (a depends on b in the catalogue, b needs c in this release, "
                + "c needs a in this release)",
            circle.Refusal.Reason);
        Assert.Equal(circle.Path.AsEnumerable(), Circle([.. turned.Needs.Reverse()], turned).Path);
    }

    [Fact]
    public void A_service_that_needs_itself_is_a_circle_of_one() => Assert.StartsWith(
        "a → a:", Assert.IsType<Ordering.Circle>(Ordering.Of(Graph.Names("a"), Graph.Of("a: a").Needs)).Refusal.Reason,
        StringComparison.Ordinal);

    [Fact]
    public void The_longest_chain_is_what_everything_takes_at_least()
    {
        var chain = Diamond.Order.Longest(service => TimeSpan.FromMinutes($"{service}".Length));

        Assert.Equal("catalog search web", Text(chain.Services));
        Assert.Equal(TimeSpan.FromMinutes(7 + 6 + 3), chain.Length);
    }

    [Fact]
    public void Any_release_goes_forward_and_back_by_its_needs()
    {
        for (var seed = 1; seed <= 300; seed++)
        {
            var graph = Graph.OfASeed(seed);
            var order = graph.Order;
            var place = order.Forward.Select((name, i) => (name, i)).ToDictionary(pair => pair.name, pair => pair.i);
            Assert.All(graph.Needs, need => Assert.True(place[need.On] < place[need.Service], $"seed {seed}: {need}"));
            Assert.Equal(graph.Services.Order(ByName), order.Forward.Order(ByName));
            Assert.Equal(order.Forward.OrderBy(order.WaveOf).ThenBy(name => name, ByName), order.Forward);
            Assert.Equal(
                order.Forward.AsEnumerable(), (graph with { Needs = [.. graph.Needs.Reverse()] }).Order.Forward);
            Walk(seed, graph, order);
        }
    }

    [Fact]
    public void A_circle_anywhere_is_found_and_is_one()
    {
        for (var seed = 1; seed <= 200; seed++)
        {
            var graph = Graph.OfASeed(seed);
            var order = graph.Order.Forward;
            if (graph.Needs.IsEmpty) continue;
            var (random, chosen) = (new Random(seed), graph.Needs[seed % graph.Needs.Length]);
            var back = new Need(chosen.On, chosen.Service, NeedOrigin.Release);

            var path = Circle(graph.Needs.Insert(random.Next(graph.Needs.Length), back), graph).Path;

            for (var i = 0; i < path.Length; i++)
            {
                Assert.Equal(path[(i + 1) % path.Length].Service, path[i].On);
                Assert.Contains(path[i], graph.Needs.Add(back));
            }
        }
    }

    [Fact]
    public void A_thousand_services_are_ordered_in_milliseconds()
    {
        var graph = Graph.OfASeed(4, services: 1_000);
        _ = graph.Order;
        var clock = Stopwatch.StartNew();
        const int rounds = 20;
        for (var round = 0; round < rounds; round++) _ = graph.Order;

        Assert.InRange(clock.Elapsed / rounds, TimeSpan.Zero, TimeSpan.FromMilliseconds(50));
    }

    // Forward in whatever order things get ready, then back from wherever that was stopped.
    private static void Walk(int seed, Graph graph, ReleaseOrder order)
    {
        var random = new Random(seed);
        var (begun, verified, room) = (new HashSet<ServiceName>(), new HashSet<ServiceName>(), random.Next(1, 6));
        var stopAfter = random.Next(0, graph.Services.Length + 1);
        while (verified.Count < stopAfter)
        {
            var next = order.MayBegin(
                name => !begun.Contains(name), verified.Contains, room - (begun.Count - verified.Count));
            Assert.All(next, name => Assert.All(order.NeedsOf(name), need => Assert.Contains(need, verified)));
            begun.UnionWith(next);
            Assert.InRange(begun.Count - verified.Count, 1, room);
            verified.Add(begun.Except(verified).ElementAt(random.Next(begun.Count - verified.Count)));
        }

        var left = begun.ToHashSet();
        while (left.Count > 0)
        {
            var free = order.MayGoBack(left.Contains);
            Assert.NotEmpty(free);
            Assert.All(free, name => Assert.All(order.NeededBy(name), other => Assert.DoesNotContain(other, left)));
            left.Remove(free[random.Next(free.Length)]);
        }
    }

    private static readonly Comparer<ServiceName> ByName =
        Comparer<ServiceName>.Create((one, other) => string.CompareOrdinal($"{one}", $"{other}"));

    private static Ordering.Circle Circle(ImmutableArray<Need> needs, Graph graph) =>
        Assert.IsType<Ordering.Circle>(Ordering.Of(graph.Services, needs));

    private static ImmutableArray<ServiceName> MayBegin(ReleaseOrder order, string begun, string verified, int room) =>
        order.MayBegin(name => !Graph.Names(begun).Contains(name), Graph.Names(verified).Contains, room);

    private static ImmutableArray<ServiceName> MayGoBack(Graph graph, string left) =>
        graph.Order.MayGoBack(Graph.Names(left).Contains);

    private static string Text(IEnumerable<ServiceName> services) => string.Join(' ', services);
}
