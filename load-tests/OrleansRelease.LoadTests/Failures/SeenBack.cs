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
    IReadOnlyDictionary<string, DateTimeOffset> Decided)
{
    public static async Task<SeenBack> ReadAsync(
        Scene scene, PassageState passage, EnvironmentName environment, string version, DateTimeOffset began,
        CancellationToken cancellation)
    {
        var steps = new Dictionary<string, IReadOnlyList<string>>();
        var decided = new Dictionary<string, DateTimeOffset>();
        foreach (var part in passage.Parts.Where(part => part is { HasBegun: true, Grant: not null }))
        {
            foreach (var (at, happened) in await scene.Api.EventsAsync($"{part.Grant!.Rollout}", cancellation))
            {
                if (happened is not RolloutEvent.WentBack back) continue;
                steps[$"{part.Service}"] = [.. back.Plan.Steps.Select(Wording.Of)];
                decided[$"{part.Service}"] = at;
            }
        }

        return new(WentBack.Read(scene.Folder, environment, version, began), steps, decided);
    }

    /// <summary>Seconds from the decision that took the failing service back to the last that was heard.</summary>
    public double Took(ServiceName failing) => Decided.TryGetValue($"{failing}", out var decided) && Outside.Count > 0
        ? Outside.Max(one => one.Gone) / 1000.0 - decided.ToUnixTimeMilliseconds() / 1000.0
        : double.NaN;

    public IReadOnlyList<string> Order(ReleaseSimulation simulated) => BackOrder.Of(
        [.. Outside.Where(one => Steps.ContainsKey(one.Service))],
        [.. Simulated(simulated).Select(step => (
            step.Service,
            (IReadOnlyList<string>)[.. simulated.Course.Timeline
                .Where(one => one.IsBack && $"{one.Service}" != step.Service && one.Until <= step.At)
                .Select(one => $"{one.Service}").Distinct()]))]);

    public string? Differs(ReleaseSimulation simulated, PassagePhase end)
    {
        var wanted = Simulated(simulated).ToList();
        if (end != simulated.Course.End) return $"it ended as {end}, simulated {simulated.Course.End}";
        // One that did not start has left nothing outside by which its place could be told.
        var order = Order(simulated);
        var placed = wanted.Select(one => one.Service).Where(order.Contains).ToList();
        if (!order.SequenceEqual(placed)) return $"simulated {string.Join(", ", placed)}";
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
