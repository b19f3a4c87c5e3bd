using System.Globalization;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Planning;
using OrleansRelease.Core.Promotion;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Host.Demo.Shop;

/// <summary>
/// The demo's acts about releases: four services go through two environments together, and all of them back when the
/// last one fails in the last environment.
/// </summary>
internal sealed class ShopActs(Scene scene, ShopUsers users)
{
    public const string First = "1.0.0";

    public const string Good = "2.0.0";

    public const string Broken = "3.0.0";

    public static readonly ReleaseName GoodRelease = ReleaseName.From("shop-2026.11.2");

    public static readonly ReleaseName BrokenRelease = ReleaseName.From("shop-2026.11.3");

    private const int Width = 112;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(150);

    private static readonly TimeSpan PatienceFor = TimeSpan.FromSeconds(120);

    private static readonly TimeSpan Afterwards = TimeSpan.FromSeconds(1);

    private Screen Screen => scene.Screen;

    public async Task<ReleaseShown> TellAsync(CancellationToken cancellation)
    {
        await FirstVersionsAsync(cancellation);
        var good = await GoodReleaseAsync(cancellation);
        return await BrokenReleaseAsync(good, cancellation);
    }

    private async Task FirstVersionsAsync(CancellationToken cancellation)
    {
        Screen.Title("a shop of four services: web stands on cart and search, both stand on catalog");
        await ShopManifests.WriteVersionAsync(scene.Folder, First);
        await ApplyAsync(ShopManifests.AllAtOnce, cancellation);
        Screen.Say($"{First} of each is started in staging and production, so that there is something to go back to");
        var rollouts = new List<string>();
        foreach (var slot in ShopManifests.Slots)
            rollouts.Add($"{(await scene.Api.StartAsync(slot, First, cancellation)).RolloutId}");
        await Task.WhenAll(ShopManifests.Slots.Select(slot => users.ComeAsync(scene, slot, cancellation)));
        Screen.Say($"users come to all of them, {ShopUsers.PerSecond} requests per second to each");
        foreach (var rollout in rollouts) await IsStableAsync(rollout, cancellation);
        await ApplyAsync(ShopManifests.Canary, cancellation);
        Screen.Good("all eight are stable");
    }

    private async Task<PassagePhase> GoodReleaseAsync(CancellationToken cancellation)
    {
        Screen.Title($"{GoodRelease}: {Good} of all four, through staging into production, providers first");
        await ShopManifests.WriteVersionAsync(scene.Folder, Good);
        await AnnouncedAsync(GoodRelease, Good, cancellation);
        var began = scene.Time.GetUtcNow();
        await scene.Api.StartReleaseAsync(GoodRelease, cancellation);
        await CompletesInStagingAsync(GoodRelease, Good, cancellation);
        var end = await Watch(GoodRelease, ShopManifests.Production, Good)
            .UntilAsync("complete", view => view.Phase == PassagePhase.Succeeded, cancellation);
        await scene.UntilAsync(
            $"{GoodRelease} has completed everywhere",
            async () => (await scene.Api.TryGetReleaseAsync(GoodRelease, cancellation))?.Phase
                == ReleasePhase.Succeeded,
            cancellation);
        var got = users.Since(ShopManifests.Production, began).Values.SelectMany(served => served).ToList();
        Screen.Good(string.Create(CultureInfo.InvariantCulture,
            $"all of it is stable everywhere after {(scene.Time.GetUtcNow() - began).TotalSeconds:0.0} s; users in "
            + $"production meanwhile: {got.Count} requests, {got.Count(request => request.IsFailed)} failed"));
        return end.Phase;
    }

    private async Task<ReleaseShown> BrokenReleaseAsync(PassagePhase good, CancellationToken cancellation)
    {
        Screen.Title($"{BrokenRelease}: all is well in staging, and its last service fails in production");
        var badIn = new SlotKey(ShopManifests.Last, ShopManifests.Production);
        await ShopManifests.WriteVersionAsync(scene.Folder, Broken, badIn);
        var plan = await AnnouncedAsync(BrokenRelease, Broken, cancellation);
        await scene.Api.StartReleaseAsync(BrokenRelease, cancellation);
        await CompletesInStagingAsync(BrokenRelease, Broken, cancellation);
        var watch = Watch(BrokenRelease, ShopManifests.Production, Broken);
        await watch.UntilAsync(
            "taken back",
            view => view.State.Stage is PassageStage.GoingBack or PassageStage.Stabilising or PassageStage.Ended,
            cancellation);
        Screen.Say($"orel release explain {BrokenRelease} -e {ShopManifests.Production}");
        Screen.Quote(ReleaseTexts.Of(
            await scene.Api.ExplainPassageAsync(BrokenRelease, ShopManifests.Production, cancellation), Width)
            .Split('\n'));
        var end = await watch.UntilAsync("taken back", view => view.State.IsTerminal, cancellation);
        await watch.DrawForAsync(Afterwards, "taken back", cancellation);
        var shown = Measure(good, end.Phase, plan);
        Screen.Good(string.Create(CultureInfo.InvariantCulture,
            $"taken back in the order {string.Join(", ", shown.RollbackOrder)}, as the router and the instances wrote "
            + $"it down; last request on {Broken} {shown.RollbackSeconds:0.0} s after the first bad one (announced: at "
            + $"most {shown.BoundSeconds:0} s)"));
        Screen.Say($"staging, where it was good, keeps {Broken}; orel release start {BrokenRelease} -e "
            + $"{ShopManifests.Production} would try again");
        return shown;
    }

    private ReleaseShown Measure(PassagePhase good, PassagePhase bad, ReleasePlan plan)
    {
        var its = users.Since(ShopManifests.Production, DateTimeOffset.MinValue)
            .SelectMany(served => served.Value).Where(request => request.Version == Broken).ToList();
        if (its.Where(request => request.IsFailed).ToList() is not [_, ..] failed)
            throw new DemoFailed($"no user had a bad answer of {Broken}, so nothing was shown");
        var firstBad = failed.Min(request => request.At - request.Took);
        return new(
            good, bad,
            BackOrder.Of(
                WentBack.Read(scene.Folder, ShopManifests.Production, Broken, DateTimeOffset.UnixEpoch),
                [.. plan.Back.Steps.Select(step => (
                    $"{step.Service}", (IReadOnlyList<string>)[.. step.After.Select(name => $"{name}")]))]),
            [.. plan.Back.Steps.Select(step => $"{step.Service}")],
            Math.Round((its.Max(request => request.At) - firstBad).TotalSeconds, 2), plan.Bound!.Total.TotalSeconds);
    }

    /// <summary>The plan for production, on the screen before anything moves.</summary>
    private async Task<ReleasePlan> AnnouncedAsync(
        ReleaseName release, string version, CancellationToken cancellation)
    {
        await ShopManifests.WriteReleaseAsync(scene.Folder, release, version);
        await scene.Api.ApplyAsync(ShopManifests.FileOf(release), cancellation);
        var plan = await scene.Api.PlanReleaseAsync(release, ShopManifests.Production, cancellation);
        if (plan.Bound is not { } bound || !plan.IsReady)
        {
            throw new DemoFailed(
                $"{release} cannot be started: {string.Join("; ", plan.Refusals.Select(refusal => refusal.Reason))}");
        }

        Screen.Say($"announced before the start, for {ShopManifests.Production}:");
        Screen.Quote(
        [
            .. plan.Moves.Select(move =>
                $"{move.Wave} {move.Service,-8}{move.From?.ToString() ?? "nothing"} → {move.To}"
                + (move.After.IsEmpty ? "" : $", after {string.Join(", ", move.After.Select(need => need.On))}")),
            $"back: {string.Join(", ", plan.Back.Steps.Select(step => step.Service))}; from the first bad request to "
                + $"the last one on any of it at most {Duration.Format(bound.Total)}",
        ]);
        return plan;
    }

    private async Task CompletesInStagingAsync(ReleaseName release, string version, CancellationToken cancellation)
    {
        var watch = Watch(release, ShopManifests.Staging, version);
        await watch.UntilAsync("complete", view => view.Phase == PassagePhase.Succeeded, cancellation);
        Screen.Say($"{ShopManifests.Staging}  is measured a little longer before it goes on into "
            + $"{ShopManifests.Production}");
    }

    private ShopWatch Watch(ReleaseName release, EnvironmentName environment, string version) =>
        new(scene, users, release, environment, version);

    private async Task ApplyAsync(string inProduction, CancellationToken cancellation)
    {
        await ShopManifests.WriteAsync(scene.Folder, ShopManifests.AllAtOnce, inProduction);
        await scene.Api.ApplyAsync(ShopManifests.FileName, cancellation);
    }

    private async Task IsStableAsync(string rollout, CancellationToken cancellation)
    {
        var began = scene.Time.GetTimestamp();
        while (true)
        {
            var view = await scene.Api.TryGetAsync(rollout, cancellation);
            if (view is { State.Phase: Phase.Succeeded }) return;
            if (view is { State.IsTerminal: true } || scene.Time.GetElapsedTime(began) > PatienceFor)
                throw new DemoFailed($"{rollout} is {view?.State.Phase}, and should be stable");
            await Task.Delay(Look, scene.Time, cancellation);
        }
    }
}
