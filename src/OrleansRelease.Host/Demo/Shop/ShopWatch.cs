using OrleansRelease.Contracts.Releases;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Host.Demo.Shop;

/// <summary>Follows one release in one environment on the screen, by the API and by what users get.</summary>
internal sealed class ShopWatch(
    Scene scene, ShopUsers users, ReleaseName release, EnvironmentName environment, string version)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(150);

    private static readonly TimeSpan PatienceFor = TimeSpan.FromSeconds(150);

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    private readonly Dictionary<ServiceName, Type> _told = [];
    private Type? _stage;
    private bool _changed;

    /// <summary>Looks until it is so; fails when it takes too long or the passage has ended before.</summary>
    public async Task<PassageView> UntilAsync(
        string what, Func<PassageView, bool> isSo, CancellationToken cancellation)
    {
        var began = scene.Time.GetTimestamp();
        while (true)
        {
            // There is none before it has begun there.
            var view = await scene.Api.TryGetPassageAsync(release, environment, cancellation);
            if (view is not null) Tell(view);
            Draw(view?.Phase.ToString() ?? "has not begun there");
            if (view is not null && isSo(view)) return view;
            if (view is { State.IsTerminal: true })
                throw new DemoFailed($"{view.Id} ended as {view.Phase}, it should be {what}: {Why(view.State)}");
            if (scene.Time.GetElapsedTime(began) > PatienceFor)
            {
                throw new DemoFailed(
                    $"{release} was not {what} in {environment} within {PatienceFor.TotalSeconds} s");
            }

            await Task.Delay(Look, scene.Time, cancellation);
        }
    }

    /// <summary>Only the traffic, for a while.</summary>
    public async Task DrawForAsync(TimeSpan duration, string note, CancellationToken cancellation)
    {
        var began = scene.Time.GetTimestamp();
        while (scene.Time.GetElapsedTime(began) < duration)
        {
            Draw(note);
            await Task.Delay(Look, scene.Time, cancellation);
        }
    }

    private void Tell(PassageView view)
    {
        var state = view.State;
        if (state.Stage.GetType() != _stage)
        {
            _stage = state.Stage.GetType();
            Tell(state.Stage);
        }

        foreach (var alike in state.Parts
            .Where(part => _told.GetValueOrDefault(part.Service) != part.Stage.GetType())
            .GroupBy(part => part.Stage.GetType()).ToList())
        {
            foreach (var part in alike) _told[part.Service] = alike.Key;
            Tell(alike.First().Stage, string.Join(", ", alike.Select(part => part.Service)));
        }
    }

    private void Tell(PassageStage stage)
    {
        switch (stage)
        {
            case PassageStage.Halting halting:
                Bad($"all of it stops: {halting.Cause.Text}");
                break;
            case PassageStage.GoingBack back:
                var left = back.Deadline - scene.Time.GetUtcNow();
                Bad($"plan {back.Plan.Number} of the way back, from what has happened: "
                    + $"{string.Join(", ", back.Plan.Steps.Select(step => step.Service))}; at most "
                    + Duration.Format(TimeSpan.FromSeconds(Math.Ceiling(left.TotalSeconds))));
                break;
            case PassageStage.Stabilising stabilising:
                Say($"all of it is back; called so when its criteria have held for "
                    + $"{Duration.Format(stabilising.For)} again");
                break;
            case PassageStage.Ended { As: PassagePhase.Succeeded }:
                Good($"{release} is complete there");
                break;
            default:
                break;
        }
    }

    private void Tell(PartStage stage, string services)
    {
        switch (stage)
        {
            case PartStage.Moving:
                Say($"{services}: begins");
                break;
            case PartStage.Verified:
                Good($"{services}: verified at {version}; what stands on it may begin");
                break;
            case PartStage.GoingBack back:
                Bad($"{services}: TAKES ITSELF BACK: {back.Reason}");
                break;
            case PartStage.Undoing:
                Say($"{services}: is taken back");
                break;
            case PartStage.Back:
                Good($"{services}: back");
                break;
            default:
                break;
        }
    }

    private void Draw(string note)
    {
        var got = users.Since(environment, scene.Time.GetUtcNow() - Window);
        scene.Screen.Shares(
            $"{environment}",
            [.. ShopManifests.Services.Where(got.ContainsKey).Select(service => ($"{service}", ShareOf(got[service])))],
            $"bad: {got.Values.Sum(served => served.Count(request => request.IsFailed))} of "
                + $"{got.Values.Sum(served => served.Count)} · {note}",
            _changed);
        _changed = false;
    }

    private double ShareOf(IReadOnlyList<Served> served) => served.Count == 0
        ? 0
        : (double)served.Count(request => request.Version == version) / served.Count;

    private void Say(string text) => Told(scene.Screen.Say, text);

    private void Good(string text) => Told(scene.Screen.Good, text);

    private void Bad(string text) => Told(scene.Screen.Bad, text);

    private void Told(Action<string> tell, string text)
    {
        tell($"{environment}  {text}");
        _changed = true;
    }

    private static string Why(PassageState state) =>
        (state.Stage as PassageStage.Ended)?.Cause?.Text ?? "no cause";
}
