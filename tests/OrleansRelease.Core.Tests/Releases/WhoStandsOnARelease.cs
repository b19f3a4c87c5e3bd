using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Slots;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Tests.Releases;

/// <summary>web needs cart, cart needs prices; what was brought stands as <c>SERVICE: VERSION BY AT, …</c>.</summary>
public sealed class WhoStandsOnARelease
{
    private static readonly EnvironmentName Production = EnvironmentName.From("production");

    private static readonly UndoLimits Limits =
        new(TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(10));

    private static readonly Graph Catalogue = Graph.Of("web: cart; cart: prices; prices; mail");

    [Theory]
    [InlineData("cart: 2 autumn 5, 1 - 0", "", "cart 2→1")]
    [InlineData("cart: 2 autumn 5, 1 - 0; web: 2 winter 6, 1 - 0",
        "winter has brought web 2 since, which needs cart", "web 2→1, cart 2→1")]
    // What was there before does not stand on it.
    [InlineData("cart: 2 autumn 5, 1 - 0; web: 2 winter 4, 1 - 0", "", "cart 2→1")]
    // What it needs does not stand on it either.
    [InlineData("cart: 2 autumn 5, 1 - 0; prices: 2 winter 6, 1 - 0", "", "cart 2→1")]
    [InlineData("cart: 3 winter 6, 2 autumn 5, 1 - 0", "winter has moved cart to 3 since", "cart 3→1")]
    [InlineData("cart: 4 spring 7, 3 winter 6, 2 autumn 5, 1 - 0",
        "spring has moved cart to 4 since; winter has moved cart to 3 since", "cart 4→1")]
    // All of what stands on it goes, and whoever stands on that.
    [InlineData("prices: 2 autumn 5, 1 - 0; cart: 2 winter 6, 1 - 0; mail: 2 winter 6, 1 - 0; web: 2 spring 7, 1 - 0",
        "winter has brought cart 2 since, which needs prices; spring has brought web 2 since, which needs cart",
        "web 2→1, cart 2→1, mail 2→1, prices 2→1")]
    // What it had brought before shows again when what lay between is gone.
    [InlineData("cart: 2 autumn 9, 3 winter 6, 2 autumn 5, 1 - 0; prices: 2 autumn 5, 1 - 0",
        "winter has brought cart 3 since, which needs prices; winter has moved cart to 3 since",
        "cart 2→1, prices 2→1")]
    // A rollout of no release is not the release that has its name.
    [InlineData("cart: 2 autumn 5, 1 - 0; web: 2 ~web 6, 1 - 0; mail: 2 web 3, 1 - 0",
        "web has brought web 2 since, which needs cart", "cart 2→1, web 2→1")]
    // Both services are its own.
    [InlineData("prices: 2 autumn 5, 1 - 0; cart: 2 autumn 6, 1 - 0", "", "cart 2→1, prices 2→1")]
    [InlineData("cart: 2 autumn 5", "", "cart 2→nothing")]
    // What a release brings together stands together.
    [InlineData("cart: 2 autumn 5, 1 - 0; mail: 2 winter+cart 6, 1 - 0",
        "winter has brought mail 2 since, which needs cart", "cart 2→1, mail 2→1")]
    public void They_are_named_and_go_first(string slots, string stand, string back)
    {
        var ground = Ground(slots);

        Assert.Equal(stand, string.Join("; ", ground.On.By).Replace(".production.1", "", StringComparison.Ordinal));
        var (spec, refusal) = ground.Plan(WhenBuiltOn.Include, null);
        Assert.Null(refusal);
        Assert.Equal(
            back.Split(", ").Order(StringComparer.Ordinal),
            spec!.Services.Select(Moved).Order(StringComparer.Ordinal));
        Assert.Equal(stand.Length > 0, ground.Refuse(WhenBuiltOn.Refuse) is { Code: RefusalCodes.BuiltOn });
    }

    /// <summary>autumn.production.2 is under way, and has verified version 9 of these at that time.</summary>
    [Theory]
    [InlineData("prices 5", "prices: 1 - 0; cart: 2 winter 6, 1 - 0",
        "winter has brought cart 2 since, which needs prices")]
    [InlineData("prices 5", "prices: 1 - 0; cart: 2 ~cart 6, 1 - 0",
        "cart has brought cart 2 since, which needs prices")]
    // What had completed before it was verified has not found it.
    [InlineData("prices 5", "prices: 1 - 0; cart: 2 winter 4, 1 - 0", "")]
    // On what was not verified nobody stands yet.
    [InlineData("mail 5", "prices: 1 - 0; mail: 1 - 0; cart: 2 winter 6, 1 - 0", "")]
    // Through others, too.
    [InlineData("prices 5", "prices: 1 - 0; cart: 2 winter 6, 1 - 0; web: 2 spring 7, 1 - 0",
        "winter has brought cart 2 since, which needs prices; spring has brought web 2 since, which needs cart")]
    // Not everything that came later: cart is as it was before.
    [InlineData("prices 5", "prices: 1 - 0; cart: 1 - 0; web: 2 spring 7, 1 - 0", "")]
    [InlineData("cart 5", "cart: 1 - 0; mail: 2 winter+cart 6, 1 - 0",
        "winter has brought mail 2 since, which needs cart")]
    // What the same release has brought before stays where it is, and so does who stands on that alone.
    [InlineData("prices 7", "prices: 1 - 0; cart: 2 autumn 5, 1 - 0; web: 2 winter 6, 1 - 0", "")]
    // Taken over by a person, it was brought by nobody.
    [InlineData("prices 5", "prices: 1 - 0; cart: 2 @anna 6, 1 - 0", "")]
    [InlineData("prices 5; cart 7", "prices: 1 - 0; cart: 1 - 0; web: 2 winter 6, 1 - 0", "")]
    public void They_are_named_while_it_is_under_way(string verified, string slots, string stand)
    {
        var passage = PassageId.From("autumn.production.2");
        var on = BuiltOn.Moving(
            passage,
            verified.Split("; ").Select(one => one.Split(' ')).ToDictionary(
                one => ServiceName.From(one[0]),
                one => Layer(new(ServiceName.From(one[0]), Production), $"9 autumn {one[1]}") with
                {
                    Passage = passage,
                }),
            slots.Split("; ").Select(SlotOf),
            (service, stable) => DependsOn(service)
                .Concat(stable.SpecHash == "with" ? Graph.Names("cart") : []));

        Assert.Equal(stand, string.Join("; ", on.By).Replace(".production.1", "", StringComparison.Ordinal));
    }

    [Fact]
    public void They_go_in_the_reverse_of_what_everybody_needs()
    {
        var (spec, _) = Ground("prices: 2 autumn 5, 1 - 0; cart: 2 winter 6, 1 - 0; web: 2 spring 7, 1 - 0")
            .Plan(WhenBuiltOn.Include, "prices are wrong");

        Assert.Equal(
            "web cart prices", string.Join(' ', new PassageDecider(spec!).Order.Backward));
        Assert.Equal(
            "winter.production.1 spring.production.1", string.Join(' ', spec!.Reverses!.With));
        Assert.False(spec.Reverses.Waits);
    }

    [Fact]
    public void What_a_release_requires_of_others_its_services_need()
    {
        var ground = Ground("cart: 2 autumn 5, 1 - 0; mail: 2 winter+cart 6, 1 - 0");
        ground = ground with
        {
            Passages = ground.Passages.ToDictionary(one => one.Key, one => $"{one.Key.Release}" != "winter"
                ? one.Value
                : one.Value with
                {
                    Requires = [new(new Requirement(ServiceName.From("cart"), VersionName.From("2")), Otherwise.Wait)],
                }),
        };

        var (spec, _) = ground.Plan(WhenBuiltOn.Include, null);

        Assert.Equal("mail cart", string.Join(' ', new PassageDecider(spec!).Order.Backward));
        Assert.Equal(["cart"], spec!.Services.First(one => $"{one.Service}" == "mail").Needs.Select(one => $"{one}"));
    }

    [Fact]
    public void What_would_have_to_go_to_nobody_knows_what_keeps_all_the_others()
    {
        var ground = Ground("prices: 2 autumn 5, 1 - 0; cart: 2 winter 6") with { Brought = (_, _) => null };

        var (spec, refusal) = ground.Plan(WhenBuiltOn.Include, null);

        Assert.Null(spec);
        Assert.Equal("what was stable before cart 2 is not on record", refusal?.Reason);
    }

    [Fact]
    public void What_is_to_be_there_again_has_to_be_in_the_store()
    {
        var ground = Ground("cart: 2 autumn+cart 5, 1 - 0");
        ground = ground with { Limits = hash => hash == "with" ? Limits : null };

        Assert.Equal(
            "the specification sha256:x of cart 1 is not in the store",
            ground.Plan(WhenBuiltOn.Include, null).Refusal?.Reason);
    }

    [Fact]
    public void Of_many_the_first_are_named_and_how_many_more_there_are()
    {
        StandsOn[] all =
        [
            .. Enumerable.Range(1, 12).Select(i => new StandsOn(
                PassageId.From($"r{i}.production.1"), ServiceName.From("web"), VersionName.From("2"),
                DateTimeOffset.UnixEpoch, ServiceName.From("cart"))),
        ];

        var text = StandsOn.TextOf([.. all]);

        Assert.EndsWith(
            "; r10.production.1 has brought web 2 since, which needs cart; and 2 more", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Alone_it_leaves_what_was_brought_on_top_and_waits_for_a_person()
    {
        var (spec, _) = Ground("prices: 2 autumn 5, 1 - 0; cart: 3 winter 6, 2 autumn 5, 1 - 0")
            .Plan(WhenBuiltOn.Hold, null);

        Assert.Equal("prices 2→1", string.Join(", ", spec!.Services.Select(Moved)));
        Assert.True(spec.Reverses!.Waits);
        var left = Assert.Single(spec.Reverses.Left);
        Assert.Equal("cart: 3 is stable there, brought by winter.production.1", $"{left.Service}: {left.Reason}");
    }

    [Theory]
    [InlineData("cart: 1 - 0", "not-completed")]
    // What a person has taken over nobody takes back, and nothing under it.
    [InlineData("cart: 3 @anna 6, 2 autumn 5, 1 - 0", "not-completed")]
    public void What_is_not_there_any_more_is_not_taken_back(string slots, string code)
    {
        var (spec, refusal) = Ground(slots).Plan(WhenBuiltOn.Include, null);

        Assert.Null(spec);
        Assert.Equal(code, refusal?.Code);
    }

    [Fact]
    public void Who_was_taken_back_stands_on_nothing_any_more()
    {
        var slot = new Slots.SlotScenario().Given("1.0").Later("1m").Completed("autumn", "2.0").Later("1m")
            .Completed("winter", "3.0");
        slot.Claim("back", reverses: new(slot.State.AllLayers[0], slot.State.AllLayers[1]))
            .Return("back", completed: true);

        Assert.Empty(new BuiltOn(ReleaseName.From("autumn"), [slot.State], (_, _) => []).By);
    }

    [Fact]
    public void While_somebody_has_one_of_its_slots_nothing_can_be_said_of_it()
    {
        var slot = new Slots.SlotScenario().Given("1.0").Later("1m").Completed("autumn", "2.0").Claim("winter");
        var on = new BuiltOn(ReleaseName.From("autumn"), [slot.State], (_, _) => []);

        Assert.Equal(RefusalCodes.SlotBusy, on.Busy([])?.Code);
        Assert.Contains("winter.production.1 has checkout.production", on.Busy([])!.Reason, StringComparison.Ordinal);
    }

    private static string Moved(PassageEntry entry) =>
        $"{entry.Service} {entry.Version}→{entry.Reverses!.To?.Version.ToString() ?? "nothing"}";

    private static ReversalGround Ground(string text)
    {
        var slots = text.Split("; ").Select(SlotOf).ToList();
        var autumn = PassageId.From("autumn.production.1");
        var brought = slots.SelectMany(slot => slot.AllLayers.Select(one => (slot.Slot.Service, one.Passage)))
            .Where(one => one.Passage is not null).ToLookup(one => one.Passage!.Value, one => one.Service);
        var passages = brought.ToDictionary(one => one.Key, one => PassageScenario.SpecOf(new Graph(
            [.. one.Distinct()],
            [.. Catalogue.Needs.Where(need => one.Contains(need.Service) && one.Contains(need.On))])));
        passages.TryAdd(autumn, PassageScenario.SpecOf(Graph.Of("cart")));
        return new(
            autumn,
            new BuiltOn(ReleaseName.From("autumn"), slots, (service, stable) => DependsOn(service)
                .Concat(stable.SpecHash == "with" ? Graph.Names("cart") : [])),
            passages, DependsOn, (_, _) => new BroughtOver(null), _ => Limits);
    }

    private static IEnumerable<ServiceName> DependsOn(ServiceName service) =>
        Catalogue.Needs.Where(need => need.Service == service).Select(need => need.On);

    private static SlotState SlotOf(string text)
    {
        var (service, layers) = (text.Split(": ")[0], text.Split(": ")[1].Split(", ")
            .Select(layer => Layer(new(ServiceName.From(text.Split(": ")[0]), Production), layer)).ToList());
        return new(
            new(ServiceName.From(service), Production), 1, 1, layers[0], null, [], [], [], Before: [.. layers.Skip(1)]);
    }

    private static StableVersion Layer(SlotKey slot, string text)
    {
        var words = text.Split(' ');
        var with = words[1].EndsWith("+cart", StringComparison.Ordinal);
        var by = words[1].Replace("+cart", "", StringComparison.Ordinal);
        return new(
            VersionName.From(words[0]), with ? "with" : "sha256:x",
            DateTimeOffset.UnixEpoch.AddHours(int.Parse(words[2], System.Globalization.CultureInfo.InvariantCulture)),
            by[0] == '~' ? new RolloutId(slot, 1) : null,
            by[0] is '-' or '@' or '~' ? null : PassageId.From($"{by}.production.1"),
            AdoptedBy: by[0] == '@' ? ActorName.From(by[1..]) : null);
    }
}
