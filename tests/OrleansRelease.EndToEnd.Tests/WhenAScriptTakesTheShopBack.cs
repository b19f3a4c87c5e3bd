using System.Collections.Immutable;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Units;
using OrleansRelease.EndToEnd.Tests.Harness;
using OrleansRelease.Host.Demo.Shop;
using static OrleansRelease.EndToEnd.Tests.Harness.ShopWorld;

namespace OrleansRelease.EndToEnd.Tests;

/// <summary>
/// The way back of a release was written down, every server is killed, and a person runs it with a shell: real
/// processes, a real router, users at all of it.
/// </summary>
public sealed class WhenAScriptTakesTheShopBack
{
    private const string ByHand = "script of the way back";

    private static readonly TimeSpan AMoment = TimeSpan.FromSeconds(2);

    /// <summary>Three services are verified, and the one that stands on them gets a quarter of its requests.</summary>
    [Theory]
    [InlineData(1, true)]
    [InlineData(3, false)]
    public async Task In_the_middle_of_a_release_the_shop_is_as_before_and_servers_that_return_leave_it_so(
        int silos, bool isFromBefore)
    {
        await using var shop = await StartAsync(
            "canary: {analysis: [visitors], weights: [25], each: 100s, verify: 1s}", silos);
        var release = await shop.ReleaseAsync();
        var plan = await shop.World.Api.PlanReleaseAsync(release, Where, CancellationToken.None);
        if (isFromBefore) await WriteAsync(shop, release);
        await shop.World.Api.StartReleaseAsync(release, CancellationToken.None);
        await UntilAsync(shop, release, "the last one has its first requests", async passage =>
            passage.PartOf(ShopManifests.Last).Grant is { } grant
            && (await shop.World.Api.TryGetAsync($"{grant.Rollout}", CancellationToken.None))
                ?.State.Exposure.Confirmed > Weight.None);
        if (!isFromBefore) await WriteAsync(shop, release);

        await TakeBackTwiceAsync(shop, [.. plan.Back.Steps.Select(step => $"{step.Service}")]);

        var found = (await shop.RoutedAsync(), shop.TimesRouted(), shop.Running());
        await shop.RestartServersAsync();
        await UntilAsync(
            shop, release, "it has ended", passage => Task.FromResult(passage.Phase == PassagePhase.RolledBack));
        await Eventually.IsAsync("each slot was looked at", shop.StandingsAsync, standings =>
            standings.Count == 4 && standings.All(slot => slot is { Holder: null, Trouble: null }));
        Assert.All(await shop.StandingsAsync(), slot => Assert.Equal(First, $"{slot.Stable}"));
        await IsLeftAsync(shop, found);

        // What had nothing more to do has heard of it as well.
        var provider = (await shop.World.Api.TryGetPassageAsync(release, Where, CancellationToken.None))!.State
            .PartOf(ShopManifests.Services[0]);
        Assert.Contains(ByHand, Assert.IsType<PartStage.Left>(provider.Stage).Reason, StringComparison.Ordinal);
    }

    /// <summary>All of it is stable, and what ran before was taken down.</summary>
    [Fact]
    public async Task After_a_release_the_shop_is_as_before_and_a_server_that_returns_goes_on_from_there()
    {
        await using var shop = await StartAsync("allAtOnce: {analysis: [visitors], verify: 1s}");
        var release = await shop.ReleaseAsync();
        var plan = await shop.World.Api.PlanReleaseAsync(release, Where, CancellationToken.None);
        await shop.World.Api.StartReleaseAsync(release, CancellationToken.None);
        await UntilAsync(
            shop, release, "it is complete", passage => Task.FromResult(passage.Phase == PassagePhase.Succeeded));
        await Eventually.IsAsync(
            "what ran before is gone", () => shop.Running().All(running => running.Version == Next));
        await WriteAsync(shop, release);

        await TakeBackTwiceAsync(shop, [.. plan.Back.Steps.Select(step => $"{step.Service}")]);

        var found = (await shop.RoutedAsync(), shop.TimesRouted(), shop.Running());
        await shop.RestartServersAsync();
        await Eventually.IsAsync("it was found", shop.StandingsAsync, standings =>
            standings.Count == 4 && standings.All(slot => $"{slot.Stable}" == First));
        Assert.All(
            await shop.StandingsAsync(), slot => Assert.Equal((ByHand, null), ($"{slot.AdoptedBy}", slot.Trouble)));
        await IsLeftAsync(shop, found);
    }

    private static string ScriptOf(ShopWorld shop) => Path.Combine(shop.Folder.Root, "back.sh");

    private static async Task WriteAsync(ShopWorld shop, ReleaseName release)
    {
        var (exit, said) = await new Shell(shop.Folder.Server).RunAsync(
            $"orel plan {release} -e {Where} --back -o script > {ScriptOf(shop)}");
        Assert.True(exit == 0, said);
    }

    private static async Task TakeBackTwiceAsync(ShopWorld shop, IReadOnlyList<string> order)
    {
        var (shell, script) = (new Shell(shop.Folder.Server), ScriptOf(shop));
        await shop.KillServersAsync();

        var began = DateTimeOffset.UtcNow;
        var (first, log) = await shell.RunAsync($"sh {script}");
        Assert.True(first == 0, log);
        await shop.IsServedAsync(First);
        Assert.Equal([First, First, First, First], shop.Running().Select(running => running.Version));
        var back = WentBack.Read(shop.Folder, Where, Next, began).OrderBy(one => one.RequestsBack).ToList();
        Assert.Equal(order, back.Select(one => one.Service));
        // One after the other: whoever stood on it was gone.
        Assert.All(back.Zip(back.Skip(1)), pair => Assert.InRange(
            pair.Second.RequestsBack, pair.First.Gone, long.MaxValue));

        var before = (await shop.RoutedAsync(), shop.TimesRouted(), shop.Running(), Records(shop));
        var (second, again) = await shell.RunAsync($"sh {script}");
        Assert.True(second == 0, again);
        Assert.DoesNotContain("doing:", again, StringComparison.Ordinal);
        Assert.Equal(before.Item1, await shop.RoutedAsync());
        Assert.Equal((before.Item2, before.Item4), (shop.TimesRouted(), Records(shop)));
        Assert.Equal(before.Item3, shop.Running());
    }

    // Nothing is repeated, also a moment later.
    private static async Task IsLeftAsync(
        ShopWorld shop,
        (ImmutableSortedDictionary<string, string> Routed, int Times, IReadOnlyList<(int, string)> Running) found)
    {
        await Eventually.NeverAsync(
            "something is done again", AMoment,
            () => Task.FromResult(shop.TimesRouted() != found.Times || !found.Running.SequenceEqual(shop.Running())));
        Assert.Equal(found.Routed, await shop.RoutedAsync());
        await shop.IsServedAsync(First);
    }

    private static string Records(ShopWorld shop) => string.Join('\n', Directory
        .EnumerateFiles(shop.Folder.Server, "slot.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        .Select(File.ReadAllText));

    private static Task UntilAsync(
        ShopWorld shop, ReleaseName release, string what, Func<PassageState, Task<bool>> isSo) =>
        Eventually.IsAsync(what, async () =>
        {
            var passage = await shop.World.Api.TryGetPassageAsync(release, Where, CancellationToken.None);
            return passage is not null && await isSo(passage.State);
        });
}
