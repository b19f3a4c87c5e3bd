using OrleansRelease.Contracts.Rollouts;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.EndToEnd.Tests.Harness;
using OrleansRelease.Host.Demo;

namespace OrleansRelease.EndToEnd.Tests;

/// <summary>
/// A service whose target is a webhook, with a hook of its team's, through a real server and a real router: one version
/// goes through although its first call is never answered, the next is taken back.
/// </summary>
public sealed class WhenATeamHasAnEndpointOfItsOwn
{
    private const string FirstVersion = "{allAtOnce: {analysis: [team-users], verify: 1s}}";

    /// <summary>What may still arrive where no fences are stored: one time-out, and two seconds.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(8);

    private static readonly SlotKey Slot = SlotKey.From("team.team-env");

    [Fact]
    public async Task One_goes_through_and_one_is_taken_back_each_step_done_once_by_signed_calls()
    {
        await using var endpoint = await TeamEndpoint.StartAsync();
        await using var world = await World.StartAsync();
        await ApplyAsync(world, endpoint, FirstVersion);
        var first = await StartAsync(world, "1.0.0");
        await world.IsAsync(first, "started", view => view.State.Stage is Stage.Moving { Step: > 0 });
        await using var users = Load.Start(
            new Uri(RouterFiles.Read(world.Folder).Users, $"/{Slot}/"), TimeProvider.System, perSecond: 60);
        await world.EndsAsync(first, Phase.Succeeded);
        await ApplyAsync(world, endpoint, Canary(endpoint, KeyFile(world)));

        endpoint.BeSilentOnce("deploy 2.0.0");
        var good = await StartAsync(world, "2.0.0");
        await AssertWaitsForOthersAsync(world, good);
        var through = await world.EndsAsync(good, Phase.Succeeded);
        await AssertWasQuietAsync(endpoint, through, "run migrate of 2.0.0");
        var bad = await StartAsync(world, "3.0.0-bad");
        var end = await world.EndsAsync(bad, Phase.RolledBack);

        AssertEachWasDoneOnce(endpoint);
        AssertWasTakenBackInReverse(endpoint, end);
        Assert.Equal("2.0.0", await UserGetsAsync(world));
    }

    // The gate says why nothing has begun yet.
    private static Task AssertWaitsForOthersAsync(World world, string rollout) => Eventually.IsAsync(
        $"{rollout} says for whom it waits", async () =>
            (await world.Api.ExplainAsync(rollout, CancellationToken.None)).Because.Any(why => why.Contains(
                "a call of who had the slot before may arrive", StringComparison.Ordinal)));

    private static Task AssertWasQuietAsync(TeamEndpoint endpoint, RolloutView rollout, string first)
    {
        var began = endpoint.Changes.First(asked => asked.What == first).At;
        Assert.True(
            began >= rollout.State.TakenOverAt + Quiet,
            $"{first} came at {began:O}, and the slot was taken over at {rollout.State.TakenOverAt:O}");
        // What it replaced was given its time, and then taken down.
        return Eventually.IsAsync("1.0.0 is down", () => endpoint.Done.Contains("retire 1.0.0"));
    }

    private static void AssertEachWasDoneOnce(TeamEndpoint endpoint)
    {
        Assert.Equal(0, endpoint.Unsigned);
        Assert.True(endpoint.Polls >= endpoint.Done.Count, "it was not asked how far what it had accepted is");
        // Heard and never answered, it was asked for again under the same id, and then done.
        var deploys = endpoint.Changes.Where(asked => asked.What == "deploy 2.0.0").ToList();
        Assert.True(deploys.Count >= 2, $"deploy 2.0.0 came {deploys.Count} times");
        Assert.Equal(deploys[0].Id, deploys[1].Id);
        Assert.True(deploys[1].At - deploys[0].At >= TimeSpan.FromSeconds(4), "it was not waited for an answer");
        Assert.Single(endpoint.Done, "deploy 2.0.0");
        Assert.Single(endpoint.Done, "run migrate of 2.0.0");
        // Other things have other ids.
        Assert.All(
            endpoint.Changes.GroupBy(asked => asked.Id),
            same => Assert.Single(same.Select(one => one.What).Distinct()));
    }

    private static void AssertWasTakenBackInReverse(TeamEndpoint endpoint, RolloutView end)
    {
        Assert.Equal(
            ["run migrate of 3.0.0-bad", "deploy 3.0.0-bad", "retire 3.0.0-bad", "undo migrate of 3.0.0-bad"],
            endpoint.Done.Where(done => done.EndsWith("3.0.0-bad", StringComparison.Ordinal)));
        Assert.IsType<Cause.MetricFailed>(Assert.IsType<Stage.Ended>(end.State.Stage).Cause);
        Assert.DoesNotContain("undo migrate of 2.0.0", endpoint.Done);
    }

    private static async Task<string> UserGetsAsync(World world)
    {
        using var user = new HttpClient();
        return await user.GetStringAsync(new Uri(RouterFiles.Read(world.Folder).Users, $"/{Slot}/"));
    }

    private static async Task<string> StartAsync(World world, string version) =>
        $"{(await world.Api.StartAsync(Slot, version, CancellationToken.None)).RolloutId}";

    private static string KeyFile(World world) => Path.Combine(world.Folder.Root, "endpoint.key");

    private static string Canary(TeamEndpoint endpoint, string key) =>
        "{canary: {analysis: [team-users], steps: ["
        + $"{{hook: {{name: migrate, url: '{endpoint.Url}migrate', key: {{file: '{key}'}}, timeout: 6s, "
        + "undo: {}}}, "
        + "{deploy: {}}, {setWeight: 10}, {pause: 1s}, {setWeight: 50}, {pause: 1s}], verify: 2s}}";

    private static async Task ApplyAsync(World world, TeamEndpoint endpoint, string strategy)
    {
        await File.WriteAllTextAsync(KeyFile(world), endpoint.Secret);
        var template = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Harness", "team.yaml"));
        (string Name, string Value)[] values =
        [
            ("endpoint", endpoint.Url.AbsoluteUri), ("key", KeyFile(world)),
            ("router", RouterFiles.Read(world.Folder).Admin.AbsoluteUri),
            ("token", RouterFiles.TokenPath(world.Folder)), ("strategy", strategy),
        ];
        await File.WriteAllTextAsync(
            Path.Combine(world.Folder.Manifests, "team.yaml"),
            values.Aggregate(template, (text, value) =>
                text.Replace($"<{value.Name}>", value.Value, StringComparison.Ordinal)));
        await world.Api.ApplyAsync("team.yaml", CancellationToken.None);
    }
}
