using OrleansRelease.Cli.Tests.Harness;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Slots;

namespace OrleansRelease.Cli.Tests.Commands;

public sealed class WhenSomebodyAsksWhatRunsWhere
{
    private static readonly DateTimeOffset Since = new(2025, 11, 19, 3, 5, 12, TimeSpan.Zero);

    private static readonly Standing[] Shop =
    [
        Place("cart.production", "1.9.0") with { AdoptedBy = ActorName.From("ana") },
        Place("cart.staging", "1.9.1") with
        {
            Rollout = RolloutId.From("cart.staging.4"), Passage = PassageId.From("shop-2025.11.staging.1"),
        },
        Place("checkout.production", "3.1.4") with
        {
            Rollout = RolloutId.From("checkout.production.7"), Waiting = 2, Holder = new(
                RolloutId.From("checkout.production.8"), VersionName.From("3.2.0"),
                PassageId.From("shop-2025.11.production.1"), ActorName.From("ana"), Since),
        },
        Standing.WithoutState(
            SlotKey.From("web.production"), VersionName.From("2.0.0"), "it cannot be decided on: out of space"),
    ];

    private static readonly string Page = Vocabulary.Write(new { Items = Shop, Next = (string?)null });

    [Fact]
    public async Task Each_place_is_one_line()
    {
        await using var server = await ScriptedServer.StartAsync(200, Page);

        var ran = await Ran.OrelAsync(server, "where");

        Assert.Equal((0, ""), (ran.Exit, ran.Error));
        Golden.Check("where", ran.Out.TrimEnd());
        Assert.Equal("/api/v1/standings?limit=500", server.Requests.Single().Path);
    }

    [Fact]
    public async Task Programs_get_what_the_server_said_of_the_place_that_they_ask_for()
    {
        await using var server = await ScriptedServer.StartAsync(200, Page);

        var ran = await Ran.OrelAsync(server, "where", "cart", "-e", "staging", "-o", "json");

        Assert.Equal(Page, ran.Out.TrimEnd());
        Assert.Equal(
            "/api/v1/standings?limit=500&service=cart&environment=staging", server.Requests.Single().Path);
    }

    private static Standing Place(string slot, string stable) =>
        new(SlotKey.From(slot), VersionName.From(stable), Since, null, null, null, null, 0, null);
}
