using System.Collections.Concurrent;
using OrleansRelease.Contracts.Rollouts;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.EndToEnd.Tests.Checking;
using OrleansRelease.Host.Demo;
using OrleansRelease.Host.Samples;

namespace OrleansRelease.EndToEnd.Tests.Harness;

/// <summary>A real server, a real router, real instances and steady users, in a folder of their own.</summary>
internal sealed class World : IAsyncDisposable
{
    private const int UsersPerSecond = 60;

    private readonly ConcurrentBag<Load> _loads = [];

    private World(DemoFolder folder, IReadOnlyList<string> serverArguments)
    {
        Folder = folder;
        var time = TimeProvider.System;
        Scene = new Scene(folder, new Screen(TextWriter.Null, terminal: false, time), time)
        {
            // No test has anybody who would go elsewhere meanwhile.
            ServerArguments = ["--drain", "0s", .. serverArguments],
        };
    }

    public DemoFolder Folder { get; }

    public Scene Scene { get; }

    public ServerApi Api => Scene.Api;

    public static async Task<World> StartAsync(params IReadOnlyList<string> serverArguments)
    {
        var world = new World(DemoFolder.Create(), serverArguments);
        try
        {
            await world.Scene.SetUpAsync(silentFor: null, CancellationToken.None);
            return world;
        }
        catch
        {
            await world.DisposeAsync();
            throw;
        }
    }

    /// <summary>The service with its first version stable and users on it.</summary>
    public async Task EstablishAsync(Declared declared, string version, int usersPerSecond = UsersPerSecond)
    {
        await ApplyAsync(declared, isFirst: true);
        await Manifests.WriteVersionAsync(Folder, version, SampleFault.None);
        var rollout = (await Api.StartAsync(declared.Slot, version, CancellationToken.None)).RolloutId.ToString();
        await IsAsync(rollout, "started", view => view.State.Stage is Stage.Moving { Step: > 0 });
        var url = new Uri(RouterFiles.Read(Folder).Users, $"/{declared.Slot}/");
        _loads.Add(Load.Start(url, TimeProvider.System, usersPerSecond));
        await EndsAsync(rollout, Phase.Succeeded);
        await ApplyAsync(declared, isFirst: false);
    }

    public async Task<string> BeginAsync(Declared declared, string version, SampleFault fault = SampleFault.None)
    {
        await Manifests.WriteVersionAsync(Folder, version, fault);
        return (await Api.StartAsync(declared.Slot, version, CancellationToken.None)).RolloutId.ToString();
    }

    public async Task ApplyAsync(Declared declared, bool isFirst)
    {
        var file = $"{declared.Service}.yaml";
        await File.WriteAllTextAsync(Path.Combine(Folder.Manifests, file), declared.Manifests(Folder, isFirst));
        await Api.ApplyAsync(file, CancellationToken.None);
    }

    public async Task<RolloutView> IsAsync(string rollout, string what, Func<RolloutView, bool> condition)
    {
        RolloutView? last = null;
        await Eventually.IsAsync($"{rollout} is {what}", async () =>
        {
            last = await Api.TryGetAsync(rollout, CancellationToken.None) ?? last;
            if (last is { State.IsTerminal: true } && !condition(last))
                Assert.Fail($"{rollout} ended as {last.State.Phase}, but should be {what}: {Cause(last)}");
            return last is not null && condition(last);
        });
        return last!;
    }

    public async Task<RolloutView> EndsAsync(string rollout, Phase phase)
    {
        var end = await IsAsync(rollout, "over", view => view.State.IsTerminal);
        Assert.True(end.State.Phase == phase, $"{rollout} ended as {end.State.Phase}, not {phase}: {Cause(end)}");
        return end;
    }

    /// <summary>What an outside checker has against what happened; nothing, if all is well.</summary>
    public IReadOnlyList<string> ProblemsOf(Declared declared) => new OutsideChecker(
        declared.Slot.ToString(), Declared.Weights, RouterEvent.Read(Folder.RouterLog),
        ServedLine.Runs(Folder.Logs, $"served-{declared.Service}-*.log")).Problems();

    public async ValueTask DisposeAsync()
    {
        foreach (var load in _loads) await load.DisposeAsync();
        await Scene.DisposeAsync();
        await Leftovers.RemoveAsync(Folder);
    }

    private static string Cause(RolloutView view) => (view.State.Stage as Stage.Ended)?.Cause?.Text ?? "no cause";
}
