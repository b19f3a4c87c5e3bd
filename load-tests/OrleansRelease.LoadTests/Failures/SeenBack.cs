using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Simulating;
using OrleansRelease.Host.Demo;
using OrleansRelease.Host.Demo.Shop;

namespace OrleansRelease.LoadTests.Failures;

/// <summary>
/// How a release was taken back: the steps from its rollouts' records, order and times from the router's log and from
/// what the instances wrote.
/// </summary>
internal sealed record SeenBack(
    IReadOnlyList<WentBack> Outside, IReadOnlyDictionary<string, IReadOnlyList<string>> Steps,
    DateTimeOffset? Decided)
{
    public static async Task<SeenBack> ReadAsync(
        Scene scene, PassageState passage, EnvironmentName environment, string version, DateTimeOffset began,
        CancellationToken cancellation)
    {
        var steps = new Dictionary<string, IReadOnlyList<string>>();
        // What fails has decided to go back before its release hears of it; the others do only when all has stopped.
        var decided = (await scene.Api.EventsAsync(passage.Id.Release, environment, cancellation))
            .Where(one => one.Happened is PassageEvent.HaltBegan).Select(one => one.At).Cast<DateTimeOffset?>().Min();
        foreach (var part in passage.Parts.Where(part => part is { HasBegun: true, Grant: not null }))
        {
            foreach (var (at, happened) in await scene.Api.EventsAsync($"{part.Grant!.Rollout}", cancellation))
            {
                if (happened is not RolloutEvent.WentBack back) continue;
                steps[$"{part.Service}"] = [.. back.Plan.Steps.Select(Wording.Of)];
                if (!(at >= decided)) decided = at;
            }
        }

        return new(WentBack.Read(scene.Folder, environment, version, began), steps, decided);
    }

    /// <summary>
    /// Seconds from the decision to go back, of the service that failed or of its release, to the last that was heard;
    /// null: nothing was.
    /// </summary>
    public double? Took => Decided is { } decided && Outside.Count > 0
        ? (Outside.Max(one => one.Gone) - decided.ToUnixTimeMilliseconds()) / 1000.0
        : null;

    public IReadOnlyList<string> Order(ReleaseSimulation simulated) => BackOrder.Of(
        [.. Outside.Where(one => Steps.ContainsKey(one.Service))],
        [.. Simulated(simulated).Select(step => (
            step.Service,
            (IReadOnlyList<string>)[.. simulated.Course.Timeline
                .Where(one => one.IsBack && $"{one.Service}" != step.Service && one.Until <= step.At)
                .Select(one => $"{one.Service}").Distinct()]))]);

    /// <param name="simulated">How it was to be.</param>
    /// <param name="end">How it ended.</param>
    public string? Differs(ReleaseSimulation simulated, PassagePhase end)
    {
        var wanted = Simulated(simulated).ToList();
        if (end != simulated.Course.End) return $"it ended as {end}, simulated {simulated.Course.End}";
        var placed = wanted.Select(one => one.Service).ToList();
        if (!Order(simulated).SequenceEqual(placed)) return $"simulated {string.Join(", ", placed)}";
        foreach (var (service, _, steps) in wanted)
        {
            var real = Steps.GetValueOrDefault(service) ?? [];
            if (!real.SequenceEqual(steps))
                return $"{service}: {string.Join(", ", real)}; simulated {string.Join(", ", steps)}";
        }

        return Steps.Count == wanted.Count ? null : $"taken back: {string.Join(", ", Steps.Keys)}";
    }

    private static IEnumerable<(string Service, TimeSpan At, IReadOnlyList<string> Steps)> Simulated(
        ReleaseSimulation simulated) =>
        from step in simulated.Course.Timeline
        where step.IsBack
        group step by $"{step.Service}" into service
        orderby service.Min(step => step.At)
        select (service.Key, service.Min(step => step.At),
            (IReadOnlyList<string>)[.. service.OrderBy(step => step.At).Select(step => step.Text)]);
}
