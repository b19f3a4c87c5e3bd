using System.Globalization;
using OrleansRelease.Contracts.Rollouts;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Units;
using OrleansRelease.Host.Demo.Shop;
using OrleansRelease.Host.Samples;
using OrleansRelease.Storage;

namespace OrleansRelease.Host.Demo;

/// <summary>The demo's acts, in order.</summary>
internal sealed class Story(Scene scene, DemoOptions options)
{
    public const string First = "1.0.0";

    public const string Good = "2.0.0";

    public const string Broken = "3.0.0";

    public const string Unjudged = "4.0.0";

    /// <summary>As wide as an explanation is printed where no screen says otherwise.</summary>
    private const int Width = 112;

    private static readonly Weight KillAt = Weight.Percent(25);

    private static readonly TimeSpan WithoutServer = TimeSpan.FromSeconds(1);

    /// <summary>Long enough for answers that were under way to come in.</summary>
    private static readonly TimeSpan Afterwards = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan WatchedHold = TimeSpan.FromSeconds(3);

    private Screen Screen => scene.Screen;

    /// <summary>As far as the story has been told.</summary>
    public DemoResult Told { get; private set; } = DemoResult.Nothing;

    public async Task TellAsync(CancellationToken cancellation)
    {
        if (options.Only != DemoOptions.Shop) await OneServiceAsync(cancellation);
        if (options.Only != DemoOptions.BadVersion)
        {
            await using var visitors = new ShopUsers();
            Told = Told with { Release = await new ShopActs(scene, visitors).TellAsync(cancellation) };
        }

        Screen.Title("Is what is on record whole?");
        var report = await Store.CheckAsync(StorageOptions.Embedded(scene.Folder.Server), cancellation);
        if (report.IsClean)
            Screen.Good($"{report.Transitions} decisions on record, every one follows from the one before");
        else
            Screen.Bad($"{report.ProblemCount} problems in the record");
        Told = Told with { ChainVerified = report is { IsClean: true, Transitions: > 0 } };
    }

    private async Task OneServiceAsync(CancellationToken cancellation)
    {
        Told = Told with { Good = await FirstVersionAsync(cancellation) };
        if (options.Only is null)
        {
            var (good, survived) = await GoodVersionAsync(cancellation);
            Told = Told with { Good = good, SurvivedKill = survived };
        }

        Told = Told with { Bad = await BadVersionAsync(cancellation) };
        if (options.Only is null)
            Told = Told with { HeldWithoutEvidence = await WithoutEvidenceAsync(cancellation) };
    }

    private async Task<GoodVersion> FirstVersionAsync(CancellationToken cancellation)
    {
        Screen.Title($"{First}: the first version, all at once");
        await Manifests.WriteVersionAsync(scene.Folder, First, SampleFault.None);
        await Manifests.WriteAsync(scene.Folder, scene.NumbersUrl);
        foreach (var file in Manifests.All) await scene.Api.ApplyAsync(file, cancellation);
        var (watch, _, _) = await StartAsync(First, SampleFault.None, cancellation);
        await watch.UntilAsync("started", view => view.State.Stage is Stage.Moving { Step: > 0 }, cancellation);
        await scene.UseAsync(cancellation);
        Screen.Say($"users come: {Load.PerSecond} requests per second, until the end of this demo");
        var view = await watch.UntilAsync("stable", IsOver, cancellation);
        await Manifests.UseCanaryAsync(scene.Folder);
        await scene.Api.ApplyAsync(Manifests.ServiceFile, cancellation);
        return new(First, view.State.Phase);
    }

    private async Task<(GoodVersion Version, bool Survived)> GoodVersionAsync(CancellationToken cancellation)
    {
        Screen.Title($"{Good}: a good version, 5 → 25 → 50 → 100 %, and the server is killed on the way");
        var began = scene.Time.GetUtcNow();
        var (watch, rollout, _) = await StartAsync(Good, SampleFault.None, cancellation);
        var before = await watch.UntilAsync("at 25 %", view => view.State.Exposure.Confirmed >= KillAt, cancellation);
        var killedAt = scene.Time.GetUtcNow();
        var process = await scene.KillServerAsync();
        Screen.Bad($"kill -9 {process}: the server is gone, in the middle of the canary");
        await watch.DrawForAsync(WithoutServer, "the server is away", cancellation);
        await scene.RestartServerAsync(cancellation);
        var meanwhile = scene.Load.Since(killedAt);
        Screen.Good(string.Create(CultureInfo.InvariantCulture,
            $"the server is back after {(scene.Time.GetUtcNow() - killedAt).TotalSeconds:0.0} s; users meanwhile: "
            + $"{meanwhile.Count} requests, {meanwhile.Count(request => request.IsFailed)} failed"));
        var after = await watch.UntilAsync("back", _ => true, cancellation);
        Screen.Say($"{rollout} goes on at {after.State.Exposure.Confirmed}");
        var end = await watch.UntilAsync("stable", IsOver, cancellation);
        if (end.State.Phase == Phase.Succeeded)
        {
            Screen.Good(string.Create(CultureInfo.InvariantCulture,
                $"stable {(scene.Time.GetUtcNow() - began).TotalSeconds:0.0} s after its start; the way back that was "
                + $"announced was not needed"));
        }
        else
        {
            Screen.Bad($"{rollout} ended as {end.State.Phase}");
        }

        var survived = after.Sequence >= before.Sequence && after.State.Exposure.Confirmed >= KillAt
            && end.State.Phase == Phase.Succeeded;
        return (new(Good, end.State.Phase), survived);
    }

    private async Task<BadVersion> BadVersionAsync(CancellationToken cancellation)
    {
        Screen.Title($"{Broken}: a bad version ({options.Bad.ToString().ToLowerInvariant()})");
        var (watch, rollout, bound) = await StartAsync(Broken, options.Bad, cancellation);
        var end = await watch.UntilAsync("over", IsOver, cancellation);
        await watch.DrawForAsync(Afterwards, "taken back", cancellation);
        var impact = Impact.Of(Broken, scene.Load.Since(DateTimeOffset.MinValue))
            ?? throw new DemoFailed($"no user ever met {Broken}");
        if (impact.Failed == 0 && options.Bad != SampleFault.Silent)
            throw new DemoFailed($"no user had a bad answer of {Broken}, so nothing was shown");
        var decided = await scene.Api.WentBackAtAsync(rollout, cancellation)
            ?? throw new DemoFailed($"{rollout} was never taken back: {end.State.Phase}");
        var bad = new BadVersion(
            Broken, end.State.Phase, Seconds(decided - impact.FirstBad), Seconds(impact.LastServed - impact.FirstBad),
            bound.TotalSeconds, impact.Failed, impact.Total);
        Screen.Good(string.Create(CultureInfo.InvariantCulture,
            $"from the first bad request: decided after {bad.DetectSeconds:0.0} s, last request on {Broken} after "
            + $"{bad.RollbackSeconds:0.0} s (announced: at most {bad.BoundSeconds:0} s); {bad.FailedRequests} of "
            + $"{bad.TotalRequests} requests to it were bad"));
        return bad;
    }

    private async Task<bool> WithoutEvidenceAsync(CancellationToken cancellation)
    {
        Screen.Title($"{Unjudged}: a good version, but the monitoring dies");
        var (watch, rollout, bound) = await StartAsync(Unjudged, SampleFault.None, cancellation);
        // Right after a step, so that nothing measured since then can carry it over the next one.
        await watch.UntilAsync("at 25 %", view => view.State.Exposure.Confirmed >= KillAt, cancellation);
        await scene.KillNumbersAsync();
        Screen.Bad("kill -9 of the monitoring: nobody can say any more whether this version is good");
        var held = await watch.UntilAsync("held", view => view.State.Stage is Stage.Held, cancellation);
        Screen.Say($"orel explain {Manifests.Service} -e {Manifests.Environment}");
        Screen.Quote(ExplanationText.Lines(await scene.Api.ExplainAsync(rollout, cancellation), Width));
        var promote = await scene.Api.TryAsync("promote", rollout, cancellation);
        Screen.Say($"promote anyway? {promote ?? "accepted"}");
        await watch.DrawForAsync(WatchedHold, "held", cancellation);
        var later = await watch.UntilAsync("still held", view => view.State.Stage is Stage.Held, cancellation);
        var isHeld = promote is not null && Step(later) == Step(held)
            && later.State.Exposure.Confirmed == held.State.Exposure.Confirmed;
        Screen.Say("nothing has moved; a person takes it back: orel rollout abort");
        var aborted = scene.Time.GetUtcNow();
        await scene.Api.AbortAsync(rollout, "shown in the demo", cancellation);
        var end = await watch.UntilAsync("over", IsOver, cancellation);
        await watch.DrawForAsync(Afterwards, "taken back", cancellation);
        var off = scene.Load.Since(DateTimeOffset.MinValue).Last(request => request.Version == Unjudged).At - aborted;
        Screen.Good(string.Create(CultureInfo.InvariantCulture,
            $"last request on {Unjudged} {Math.Max(0, off.TotalSeconds):0.0} s after the abort (announced: at most "
            + $"{bound.TotalSeconds:0} s)"));
        return isHeld && end.State.Phase == Phase.RolledBack;
    }

    private async Task<(Watch Watch, string Rollout, TimeSpan Bound)> StartAsync(
        string version, SampleFault fault, CancellationToken cancellation)
    {
        await Manifests.WriteVersionAsync(scene.Folder, version, fault);
        var plan = await scene.Api.PlanAsync(Manifests.Slot, version, cancellation);
        var bound = plan.Bound ?? throw new DemoFailed(
            $"{version} cannot be started: {string.Join("; ", plan.Refusals.Select(refusal => refusal.Reason))}");
        // A version that nobody can judge is not found by a metric, but by there being none.
        var announced = fault == SampleFault.Silent ? bound.WithoutEvidence : bound.Total;
        Screen.Say(plan.From is null
            ? "there is nothing to go back to yet"
            : "announced before the start: from the first bad request to the last one on it, at most "
                + Duration.Format(announced));
        var started = await scene.Api.StartAsync(Manifests.Slot, version, cancellation);
        Screen.Say($"{started.RolloutId} has started");
        return (new Watch(scene, started.RolloutId.ToString(), version), started.RolloutId.ToString(), announced);
    }

    private static bool IsOver(RolloutView view) => view.State.IsTerminal;

    private static int? Step(RolloutView view) => (view.State.Stage as Stage.Held)?.Step;

    private static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 2);
}
