using OrleansRelease.Cli.Tests.Harness;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Slots;

namespace OrleansRelease.Cli.Tests.Commands;

public sealed class WhenALeaseIsBroken
{
    private const string Path = "/api/v1/slots/checkout.production";

    private static readonly SlotState Held = new(
        Seeds.Id.Slot, 7, 7, null,
        new Lease(
            new(
                new RolloutId(Seeds.Id.Slot, 7), VersionName.From("2.0.0"), "sha256:two", ActorName.From("ben"),
                Seeds.Now),
            7, Seeds.Now),
        [], [], []);

    private static readonly string[] Break = ["slot", "break", "checkout", "-e", "production", "--reason", "lost"];

    [Fact]
    public async Task Whoever_has_it_is_asked_for_named_and_sent()
    {
        await using var server = await ServerAsync(Held);

        var ran = await Ran.OrelAsync(server, Break);

        Assert.Equal((0, ""), (ran.Exit, ran.Error));
        Assert.Equal("the lease of checkout.production is taken from checkout.production.7", ran.Out.TrimEnd());
        Assert.Equal([Path, $"{Path}/break"], server.Requests.Select(asked => asked.Path));
        var asked = server.Requests.Last();
        Assert.Equal("""{"holder":"checkout.production.7","reason":"lost"}""", asked.Body);
        Assert.NotNull(asked.Key);
    }

    [Fact]
    public async Task Whoever_is_named_is_sent_and_nobody_is_asked()
    {
        await using var server = await ServerAsync(Held);

        var ran = await Ran.OrelAsync(server, [.. Break, "--holder", "checkout.production.6", "--dry-run"]);

        Assert.Equal(
            "the lease of checkout.production would be taken from checkout.production.6 (dry run)", ran.Out.TrimEnd());
        var asked = server.Requests.Single();
        Assert.Equal($"{Path}/break?dryRun=true", asked.Path);
        Assert.Equal("""{"holder":"checkout.production.6","reason":"lost"}""", asked.Body);
    }

    [Fact]
    public async Task Given_once_more_it_means_the_same_holder()
    {
        await using var server = await ScriptedServer.StartAsync((http, asked) => asked.Method == "GET"
            ? ScriptedServer.AnswerAsync(http, 200, Vocabulary.Write(new { state = Held }))
            : ScriptedServer.AnswerAsync(http, 500, "{}"));

        var ran = await Ran.OrelAsync(server, Break);

        Assert.Equal(4, ran.Exit);
        Assert.Contains(
            "--reason lost --holder checkout.production.7 --idempotency-key", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nobody_has_it_nothing_is_sent()
    {
        await using var server = await ServerAsync(Held with { Holder = null });

        var ran = await Ran.OrelAsync(server, Break);

        Assert.Equal("refused   nobody has the lease of checkout.production", ran.Error.TrimEnd());
        Assert.NotEqual(0, ran.Exit);
        Assert.Equal(Path, server.Requests.Single().Path);
    }

    [Fact]
    public async Task Its_help_says_what_it_does_and_does_not()
    {
        var ran = await Ran.OrelInAsync([], "", ".", "slot", "break", "--help");

        Golden.Check("slot-break-help", ran.Out.Split("Usage:")[0].TrimEnd());
    }

    [Fact]
    public async Task A_slot_says_who_has_broken_whose_lease()
    {
        var broken = Held with
        {
            Holder = null,
            Restored = new Core.Restoring.Restored.Unseen(1, Seeds.Now),
            Broken = new(new RolloutId(Seeds.Id.Slot, 7), ActorName.From("anna"), "lost", "sha256:two"),
        };
        await using var server = await ServerAsync(broken);

        var ran = await Ran.OrelAsync(server, "get", "slot", "checkout.production");

        Golden.Check("slot-broken", ran.Out.TrimEnd());
    }

    private static Task<ScriptedServer> ServerAsync(SlotState slot) =>
        ScriptedServer.StartAsync(200, Vocabulary.Write(new { state = slot }));
}
