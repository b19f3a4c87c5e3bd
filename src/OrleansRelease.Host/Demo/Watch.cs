using OrleansRelease.Contracts.Rollouts;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Host.Demo;

/// <summary>Follows one rollout on the screen, by the API and by what users get.</summary>
internal sealed class Watch(Scene scene, string rollout, string version)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(150);

    private static readonly TimeSpan PatienceFor = TimeSpan.FromSeconds(90);

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    private Weight _share = Weight.None;
    private Phase? _phase;
    private bool _starting;
    private (Weight, Phase?) _drawn;

    /// <summary>Looks until it is so; fails when it takes too long or the rollout has ended before.</summary>
    public async Task<RolloutView> UntilAsync(
        string what, Func<RolloutView, bool> isSo, CancellationToken cancellation)
    {
        var began = scene.Time.GetTimestamp();
        while (true)
        {
            if (await scene.Api.TryGetAsync(rollout, cancellation) is { } view)
            {
                Tell(view);
                Draw(view.State, Judgements(view.State));
                if (isSo(view)) return view;
                if (view.State.IsTerminal)
                    throw new DemoFailed($"{rollout} ended as {view.State.Phase}, it should be {what}: {Why(view)}");
            }

            if (scene.Time.GetElapsedTime(began) > PatienceFor)
                throw new DemoFailed($"{rollout} was not {what} within {PatienceFor.TotalSeconds} s");
            await Task.Delay(Look, scene.Time, cancellation);
        }
    }

    /// <summary>Only the traffic, for a while: also when nobody can be asked.</summary>
    public async Task DrawForAsync(TimeSpan duration, string note, CancellationToken cancellation)
    {
        var began = scene.Time.GetTimestamp();
        while (scene.Time.GetElapsedTime(began) < duration)
        {
            Draw(null, note);
            await Task.Delay(Look, scene.Time, cancellation);
        }
    }

    private void Tell(RolloutView view)
    {
        var state = view.State;
        if (!_starting && state.Stage is Stage.Moving { Step: 0, Work: Work.Acting })
        {
            _starting = true;
            scene.Screen.Say($"{version} is being started; no user gets it yet");
        }

        if (state.Exposure.Confirmed != _share && state.Exposure.Confirmed != Weight.None)
        {
            _share = state.Exposure.Confirmed;
            scene.Screen.Say($"{_share} of the requests go to {version}: counted at the instances, not only set");
        }

        if (state.Phase == _phase) return;
        _phase = state.Phase;
        switch (state.Stage)
        {
            case Stage.Moving { Work: Work.Covering }:
                scene.Screen.Say($"{version} has everything and is still judged; only what is verified becomes stable");
                break;
            case Stage.Held { Hold.Evidence: { } evidence }:
                scene.Screen.Bad($"HELD: {evidence.Metric} gives no evidence ({evidence.Reason})");
                break;
            case Stage.GoingBack back:
                scene.Screen.Bad($"TAKEN BACK: {back.Cause.Text}");
                break;
            case Stage.Ended { As: Phase.Succeeded }:
                scene.Screen.Good($"{version} is verified and stable");
                break;
            case Stage.Ended { As: Phase.RolledBack } ended:
                scene.Screen.Good($"rolled back to {state.Baseline}: {ended.Cause?.Text}");
                break;
            default:
                break;
        }
    }

    private void Draw(RolloutState? state, string note)
    {
        if (scene.Users is not { } users) return;
        var now = scene.Time.GetUtcNow();
        var served = users.Since(now - Window);
        if (served.Count == 0) return;
        var its = served.Where(request => request.Version == version).ToList();
        var share = (double)its.Count / served.Count;
        var drawn = state is null ? _drawn : (state.Exposure.Confirmed, state.Phase);
        scene.Screen.Traffic(
            version, share,
            $"{served.Count} requests/s, bad: {its.Count(r => r.IsBad)} of {its.Count} on {version} · {note}",
            changed: drawn != _drawn);
        _drawn = drawn;
    }

    private static string Judgements(RolloutState state) => string.Join(", ", state.Tallies
        .Where(tally => tally.Value.Last is not null)
        .Select(tally => $"{tally.Key[(tally.Key.LastIndexOf('/') + 1)..]} {tally.Value.Last!.Verdict}")
        .DefaultIfEmpty(state.Phase.ToString()));

    private static string Why(RolloutView view) => (view.State.Stage as Stage.Ended)?.Cause?.Text ?? "no cause";
}
