using System.Diagnostics;
using System.Globalization;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Simulating;
using OrleansRelease.Host.Demo;
using OrleansRelease.Host.Demo.Shop;
using OrleansRelease.Host.Samples;

namespace OrleansRelease.LoadTests.Failures;

/// <summary>
/// The demo's shop in its first environment. For each failure a release of its own is simulated, started, and let fail
/// where the simulation did: its instances fail their requests from then on, or do not start at all. First while
/// nothing else goes wrong, then in the worst case.
/// </summary>
internal sealed class FailuresRun(DemoFolder folder, TextWriter progress) : IAsyncDisposable
{
    private const string First = "1.0.0";

    private const string Next = "2.0.0";

    /// <summary>Long enough for a failure to be found in the step that it is in.</summary>
    private const string Canary = "canary: {analysis: [visitors], weights: [25], each: 4s, verify: 6s}";

    /// <summary>Late in the last step, and early enough for two windows.</summary>
    private static readonly TimeSpan IntoTheLast = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(150);

    private readonly Scene _scene = new(
        folder, new Screen(TextWriter.Null, false, TimeProvider.System), TimeProvider.System);

    private readonly ShopUsers _users = new();

    private RouterProxy? _router;

    private static EnvironmentName Where => ShopManifests.Staging;

    private string Switch => Path.Combine(folder.Versions, "fails-now");

    public async Task<FailuresResult> RunAsync(string? only, CancellationToken cancellation)
    {
        await _scene.SetUpAsync(silentFor: null, cancellation);
        _router = await RouterProxy.StartAsync(RouterFiles.Read(folder).Admin, Next);
        await EstablishAsync(cancellation);
        var release = await ReleaseAsync("shop-all", cancellation);
        var all = await _scene.Api.SimulateAsync(release, Where, failAt: null, failEach: true, cancellation);
        var results = new List<FailureResult>();
        foreach (var failure in all.Failures!.Value.Where(one => IsMeant(one, only)))
        {
            results.Add(await MeasureAsync(failure, all, cancellation));
            await progress.WriteLineAsync(results[^1].Line());
        }

        return new(results);
    }

    public async ValueTask DisposeAsync()
    {
        await _users.DisposeAsync();
        if (_router is { } router) await router.DisposeAsync();
        await _scene.DisposeAsync();
    }

    private async Task EstablishAsync(CancellationToken cancellation)
    {
        await ShopManifests.WriteVersionAsync(folder, First);
        await WorstCase.PrepareAsync(folder, Where, First);
        await ShopManifests.WriteAsync(folder, ShopManifests.AllAtOnce, ShopManifests.AllAtOnce, _router!.Url);
        await _scene.Api.ApplyAsync(ShopManifests.FileName, cancellation);
        foreach (var service in ShopManifests.Services)
        {
            var slot = new SlotKey(service, Where);
            var rollout = (await _scene.Api.StartAsync(slot, First, cancellation)).RolloutId;
            await _users.ComeAsync(_scene, slot, cancellation);
            await UntilAsync($"{rollout} is stable", async () =>
                (await _scene.Api.TryGetAsync($"{rollout}", cancellation))?.State.Phase == Phase.Succeeded);
        }

        await ShopManifests.WriteAsync(folder, Canary, ShopManifests.AllAtOnce, _router.Url);
        await _scene.Api.ApplyAsync(ShopManifests.FileName, cancellation);
    }

    private async Task<FailureResult> MeasureAsync(
        SimulatedFailure failure, ReleaseSimulation all, CancellationToken cancellation)
    {
        var name = NameOf(failure);
        var calm = await FailAsync(failure, worst: null, cancellation);
        // Where nothing is left there is nothing that could go worse.
        var worst = failure.AtMost is null
            ? null
            : await FailAsync(failure, new WorstCase(_scene, _router!, Where, First), cancellation);
        return new(
            name, failure.Text, failure.AtMost?.TotalSeconds, all.Bound!.Total.TotalSeconds, calm, worst);
    }

    private async Task<TakenBack> FailAsync(
        SimulatedFailure failure, WorstCase? worst, CancellationToken cancellation)
    {
        var release = await ReleaseAsync(
            $"shop-{failure.Service}-{failure.Step}{(worst is null ? "" : "-worst")}", cancellation);
        var simulated = await _scene.Api.SimulateAsync(
            release, Where, NameOf(failure), failEach: false, cancellation);
        await WriteVersionAsync(failure, isWorst: worst is not null);
        var began = DateTimeOffset.UtcNow;
        await _scene.Api.StartReleaseAsync(release, cancellation);
        await LetFailAsync(release, failure, worst, cancellation);
        if (worst is not null) await worst.FollowAsync(release, simulated.Bound!.Total + Patience, cancellation);
        PassageState? end = null;
        await UntilAsync($"{release} has ended", async () =>
            (end = (await _scene.Api.TryGetPassageAsync(release, Where, cancellation))?.State) is { IsTerminal: true });
        // What an instance has served, and that it stopped, is all written down when its process is gone.
        await UntilAsync(
            $"no instance of {Next} is left", () => Task.FromResult(Instances.Of(folder, Next).Count == 0));
        File.Delete(Switch);
        var seen = await SeenBack.ReadAsync(_scene, end!, Where, Next, began, cancellation);
        var result = new TakenBack(
            seen.Took, Users(began), seen.Order(simulated), seen.Differs(simulated, end!.Phase), worst?.Text);
        if (worst is not null) await worst.MendAsync(cancellation);
        return result;
    }

    // What is to fail when it is deployed does not start; what is to fail later does so when it is told to.
    private async Task WriteVersionAsync(SimulatedFailure failure, bool isWorst)
    {
        foreach (var service in ShopManifests.Services)
        {
            string[] fault = service != failure.Service ? []
                : failure.Step == 1 ? ["--cannot-start"]
                : [.. Manifests.ArgumentsFor(SampleFault.Errors), $"--when {Switch}"];
            string[] slow = isWorst ? [$"--stops-after {WorstCase.StopsAfter}"] : [];
            await File.WriteAllLinesAsync(
                Path.Combine(folder.Versions, $"{service}.{Where}.{Next}.args"), [.. fault, .. slow]);
        }
    }

    /// <summary>
    /// After the step: at the beginning of the next one, or well into the last. What fails when it is deployed needs
    /// nobody for that.
    /// </summary>
    private async Task LetFailAsync(
        ReleaseName release, SimulatedFailure failure, WorstCase? worst, CancellationToken cancellation)
    {
        PassageState? passage = null;
        await UntilAsync($"{failure.Service} of {release} is at its step {failure.Step}", async () =>
        {
            passage = (await _scene.Api.TryGetPassageAsync(release, Where, cancellation))?.State;
            if (passage?.IsTerminal == true && failure.Step > 1)
                throw new InvalidOperationException($"{release} ended as {passage.Phase} before it was let fail");
            var part = passage?.PartOf(failure.Service);
            if (failure.Step == 1) return part?.HasBegun == true;
            var state = part?.Grant is { } grant
                ? (await _scene.Api.TryGetAsync($"{grant.Rollout}", cancellation))?.State
                : null;
            return StepOf(state) >= Math.Min(failure.Step, 4);
        });
        if (failure.Step > 4) await Task.Delay(IntoTheLast, cancellation);
        worst?.Strike(passage!, failure.Step == 1 ? failure.Service : null);
        if (failure.Step > 1) await File.WriteAllTextAsync(Switch, "", cancellation);
    }

    private static int? StepOf(RolloutState? state) => (state?.Stage as Stage.Moving)?.Step;

    /// <summary>From the first bad request of a new version to the last that any of them served.</summary>
    private double? Users(DateTimeOffset began)
    {
        var its = _users.Since(Where, began).Values.SelectMany(served => served)
            .Where(request => request.Version == Next).ToList();
        return its.Any(request => request.IsFailed)
            ? (its.Max(request => request.At)
                - its.Where(request => request.IsFailed).Min(request => request.At - request.Took)).TotalSeconds
            : null;
    }

    private async Task<ReleaseName> ReleaseAsync(string name, CancellationToken cancellation)
    {
        var release = ReleaseName.From(name);
        await ShopManifests.WriteReleaseAsync(folder, release, Next, $"{Where}", maxParallel: 1);
        await _scene.Api.ApplyAsync(ShopManifests.FileOf(release), cancellation);
        return release;
    }

    private static string NameOf(SimulatedFailure failure) =>
        string.Create(CultureInfo.InvariantCulture, $"{failure.Service}/{failure.Step}");

    private static bool IsMeant(SimulatedFailure failure, string? only) =>
        only is null || $"{failure.Service}" == only
        || NameOf(failure) == only;

    private static async Task UntilAsync(string what, Func<Task<bool>> isSo)
    {
        var began = Stopwatch.GetTimestamp();
        while (!await isSo())
        {
            if (Stopwatch.GetElapsedTime(began) > Patience) throw new TimeoutException($"waited in vain until {what}");
            await Task.Delay(Look);
        }
    }
}
