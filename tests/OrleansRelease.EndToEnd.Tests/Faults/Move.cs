using OrleansRelease.Contracts.Rollouts;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Slots;
using OrleansRelease.Core.Units;
using OrleansRelease.EndToEnd.Tests.Checking;
using OrleansRelease.EndToEnd.Tests.Harness;
using OrleansRelease.Host.Demo;
using OrleansRelease.Host.Samples;

namespace OrleansRelease.EndToEnd.Tests.Faults;

/// <summary>One rollout of a round with all that is asked of it, whatever happens to the system meanwhile.</summary>
internal sealed class Move(ISite site, Declared declared, Course course, string version, FaultKind kind, Task healed)
{
    /// <summary>For each wait, the fault included.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(150);

    private RolloutView? _seen;
    private bool _isAborted;

    public Declared Declared => declared;

    public Course Course => course;

    public string Version => version;

    /// <summary>How long after the beginning of the round it starts.</summary>
    public TimeSpan After { get; init; }

    public SampleFault Fault { get; init; }

    public string? Rollout { get; private set; }

    public Phase? End { get; private set; }

    /// <summary>A way back got stuck, which a person is told: then it need not have kept its bound.</summary>
    public bool WasPaged { get; private set; }

    /// <summary>How it may end, this fault being what it is.</summary>
    public IReadOnlyList<Phase> Ends => course switch
    {
        // Nobody could reach it before it was over: there was nothing left to take back.
        Course.Aborted when !_isAborted => [Phase.RolledBack, Phase.Cancelled, Phase.Succeeded],
        Course.Bad or Course.Aborted => [Phase.RolledBack, Phase.Cancelled],
        _ => kind.GoodMayGoBack ? [Phase.Succeeded, Phase.RolledBack] : [Phase.Succeeded],
    };

    public async Task RunAsync()
    {
        await Pace.ForAsync(After);
        await Manifests.WriteVersionAsync(site.Folder, version, Fault);
        var started = await site.Callers.StartAsync(declared, version, kind.Copies);
        if (!started.IsAccepted)
            throw new InvalidOperationException($"{declared.Slot} {version} is not started: {started.Last.Text}");
        Rollout = Vocabulary.Read<StartAnswer>(started.Last.Text).RolloutId.ToString();
        if (course is Course.Aborted or Course.Paused) await HasUsersAsync();
        if (course == Course.Aborted) _isAborted = await InsistAsync("abort");
        if (course == Course.Paused && await InsistAsync("pause"))
        {
            await healed;
            await InsistAsync("resume");
        }

        End = (await UntilAsync("over", view => view.State.IsTerminal)).Phase;
    }

    private Task HasUsersAsync() => UntilAsync("with its first users", IsPastItsStart);

    /// <summary>Until it is done or there is nothing left to do it to; whether it was done.</summary>
    private async Task<bool> InsistAsync(string verb)
    {
        GivenCommand? given = null;
        await UntilAsync(
            $"one that can be asked to {verb}",
            async view =>
            {
                if (view.State.IsTerminal || view.State.Stage is Stage.GoingBack or Stage.Stuck) return true;
                given = await site.Callers.AskAsync(verb, Rollout!, kind.Copies);
                return given.IsAccepted;
            });
        return given is { IsAccepted: true };
    }

    private Task<RolloutView> UntilAsync(string what, Func<RolloutView, bool> holds) =>
        UntilAsync(what, view => Task.FromResult(holds(view)));

    private async Task<RolloutView> UntilAsync(string what, Func<RolloutView, Task<bool>> holds)
    {
        await Pace.UntilAsync(
            () => $"{Rollout} is {what}; it is {_seen?.State.Stage}", Patience,
            async () =>
            {
                if (await site.Callers.ViewAsync(Rollout!) is not { } view) return false;
                _seen = view;
                await LeaveFailureAsync(view);
                return await holds(view);
            },
            seen => seen);
        return _seen!;
    }

    /// <summary>As a person does who is told: when the fault is over, what could not be undone is retried.</summary>
    private async Task LeaveFailureAsync(RolloutView view)
    {
        if (view.Phase != Phase.Failed) return;
        WasPaged = true;
        if (healed.IsCompleted) await site.Callers.AskAsync("retry", Rollout!);
    }

    private static bool IsPastItsStart(RolloutView view) =>
        view.State.IsTerminal || view.Share > Weight.None || view.State.Stage is Stage.GoingBack or Stage.Stuck;
}
