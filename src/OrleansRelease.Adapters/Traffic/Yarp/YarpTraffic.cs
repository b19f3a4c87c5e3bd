using System.Collections.Concurrent;
using System.Collections.Immutable;
using OrleansRelease.Adapters.Outgoing;
using OrleansRelease.Adapters.Resilience;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;
using OrleansRelease.Ports;
using OrleansRelease.Ports.Traffic;

namespace OrleansRelease.Adapters.Traffic.Yarp;

/// <summary>
/// The router process that comes with this system. It stores the fence before it applies a change, so an attempt may
/// be repeated; that a change has arrived is believed only of the upstreams' own counters.
/// </summary>
internal sealed class YarpTraffic(OutgoingHttp http, Pipelines pipelines, TimeProvider time) : ITraffic
{
    public static readonly TimeSpan AskLimit = TimeSpan.FromSeconds(5);

    private readonly RouterClient _router = new(http, pipelines);
    private readonly UpstreamCounts _upstreams = new(http, pipelines);

    // What was counted for a split whose attempt ended without enough requests: the next attempt goes on from there.
    private readonly ConcurrentDictionary<SlotKey, Stretch> _stretches = new();

    public string Name => "yarp";

    public bool Sheds => true;

    public async Task<Outcome> SetAsync(TrafficCall call, CancellationToken cancellation)
    {
        var deadline = new Deadline(time, call.Left ?? call.Spec.Traffic.Limits.Timeout, call.Direction);
        var sent = false;
        try
        {
            var split = call.Split;
            var versions = split.Baseline is { } baseline ? [baseline, split.Candidate] : new[] { split.Candidate };
            foreach (var version in versions.Where(version => split.WeightOf(version) > Weight.None))
            {
                if (call.Addresses.GetValueOrDefault(version) is { IsDefaultOrEmpty: true })
                    return new Outcome.NotApplied($"no instance of {version} is known");
            }

            var stretch = await BeginAsync(call, deadline, cancellation);
            // Here, and not where the attempt began: what is asked before may have taken seconds.
            if (await call.Veto.AskAsync(cancellation) is { } vetoed) return vetoed;
            sent = true;
            var put = await _router.PutAsync(
                call.Spec, Body(call, versions), call.Veto, deadline.AtMost(AskLimit), cancellation);
            var outcome = Unsettled(put)
                ?? await new Verification(call, stretch, _router, _upstreams, deadline, time).RunAsync(cancellation);
            if (outcome is not Outcome.Unknown) End(call);
            return outcome;
        }
        catch (OperationCanceledException)
        {
            return sent
                ? new Outcome.Unknown("the attempt was given up before the router's change was seen")
                : new Outcome.NotApplied("the attempt was given up before it was sent");
        }
    }

    public Task<Outcome> LiftAsync(LiftCall call, CancellationToken cancellation) =>
        new Lifting(call, _router, new Deadline(time, call.Left, Direction.Back)).RunAsync(cancellation);

    public Task<Outcome> CloseAsync(CloseCall call, CancellationToken cancellation) =>
        new Closing(call, _router, new Deadline(time, call.Left, Direction.Back)).RunAsync(cancellation);

    public async Task<TrafficView?> ObserveAsync(RolloutSpec spec, CancellationToken cancellation) =>
        await _router.GetAsync(spec, AskLimit, cancellation) switch
        {
            RouterAnswer<RouterSlot>.Yes(var slot) => View(slot),
            RouterAnswer<RouterSlot>.No({ Status: 404 }) => null,
            RouterAnswer<RouterSlot>.No(var problem) => throw new HttpRequestException(problem.ToString()),
            RouterAnswer<RouterSlot>.NotReached(var reason) => throw new HttpRequestException(reason),
            RouterAnswer<RouterSlot>.Lost(var reason) => throw new HttpRequestException(reason),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    public async Task<Reading> CountAsync(
        RolloutSpec spec, VersionName version, Window window, CancellationToken cancellation) =>
        Counted(await TooEarly.AskAsync(
            () => _router.WindowAsync(spec, version, window, AskLimit, cancellation),
            answer => answer is RouterAnswer<WindowCounts>.No({ Status: TooEarly.Status }), time, cancellation));

    private static Reading Counted(RouterAnswer<WindowCounts> answer) => answer switch
    {
        RouterAnswer<WindowCounts>.Yes({ Total: { } total, Bad: >= 0 and { } bad }) when bad <= total =>
            new Reading.Counts(bad, total),
        RouterAnswer<WindowCounts>.Yes => new Reading.Error("the router's counts cannot be read"),
        RouterAnswer<WindowCounts>.No({ Status: 404 or 410 or TooEarly.Status, Code: not null } problem) =>
            new Reading.NoData(problem.ToString()),
        RouterAnswer<WindowCounts>.No(var problem) => new Reading.Error(problem.ToString()),
        RouterAnswer<WindowCounts>.NotReached(var reason) => new Reading.Error(reason),
        RouterAnswer<WindowCounts>.Lost(var reason) => new Reading.Error(reason),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>
    /// What held before is asked before the change. Where that is what is wanted, an attempt before has set it: what
    /// was counted since then goes on to count, and who has not counted tells it from the share that was shown last.
    /// What another holder of the slot has left may be anything: nothing was shown of that.
    /// </summary>
    private async Task<Stretch> BeginAsync(TrafficCall call, Deadline deadline, CancellationToken cancellation)
    {
        var known = _stretches.GetValueOrDefault(call.Spec.Slot);
        if (known?.Fence == call.Fence && (known.Before is not null || call.Shown is null)) return known;
        var held = await _router.GetAsync(call.Spec, deadline.ForOneLook, cancellation) is
            RouterAnswer<RouterSlot>.Yes(var slot) && slot.IsOfAll ? slot : null;
        var shown = held is { Fence: var by } && (by.Epoch, by.Generation) == (call.Fence.Epoch, call.Fence.Generation)
            ? call.Shown?.Share
            : null;
        var begun = held switch
        {
            null => known?.Fence == call.Fence ? known : new(call.Fence, before: null),
            _ when held.OtherThan(call.Split) is not null => new(call.Fence, held.WeightOf(call.Split.Candidate).Share),
            _ when known?.Fence == held.Fence => known.Under(call.Fence, shown),
            _ => new(call.Fence, shown),
        };
        // A call that comes late counts for itself: what goes on is what was sent after it.
        _stretches.AddOrUpdate(call.Spec.Slot, begun, (_, other) => other.Fence > begun.Fence ? other : begun);
        return begun;
    }

    // Of its own fence only: while this went on, a newer call may have begun to count.
    private void End(TrafficCall call)
    {
        if (_stretches.TryGetValue(call.Spec.Slot, out var stretch) && stretch.Fence <= call.Fence)
            _stretches.TryRemove(KeyValuePair.Create(call.Spec.Slot, stretch));
    }

    private static string Body(TrafficCall call, VersionName[] versions) => Vocabulary.Write(new
    {
        call.Fence,
        Weights = versions.ToDictionary(version => version, version => call.Split.WeightOf(version)),
        Addresses = versions.ToDictionary(
            version => version, version => call.Addresses.GetValueOrDefault(version, []).Distinct().Order(ByText)),
        call.Spec.Traffic.RequestTimeout,
        call.Shedding,
        FirstLook = new
        {
            Paths = versions.ToDictionary(
                version => version, version => VersionEndpoint.PathOf(call.SpecOf(version).Target)),
            // One dead instance may keep users from a new version, but not from getting away from it.
            Needs = call.Direction == Direction.Back ? "OneOfEachVersion" : "EveryAddress",
        },
    });

    private static readonly IComparer<Uri> ByText =
        Comparer<Uri>.Create((one, other) => string.CompareOrdinal(one.AbsoluteUri, other.AbsoluteUri));

    /// <summary>Null when the router has acknowledged; what then really happens is still to be seen.</summary>
    internal static Outcome? Unsettled(RouterAnswer<RouterSlot> put) => put switch
    {
        RouterAnswer<RouterSlot>.Yes => null,
        RouterAnswer<RouterSlot>.No({ Code: "fence-overtaken", Accepted: { } accepted }) =>
            new Outcome.Overtaken(accepted),
        // Perhaps the next attempt does reach it.
        RouterAnswer<RouterSlot>.No({ Code: "version-not-reached" } problem) =>
            new Outcome.NotApplied(problem.ToString()),
        // A token can be put right, and the next attempt reads it again.
        RouterAnswer<RouterSlot>.No({ Status: 401 or 403 or 408 or 429 } problem) =>
            new Outcome.NotApplied(problem.ToString()),
        RouterAnswer<RouterSlot>.No({ Status: < 500 } problem) => new Outcome.Refused(problem.ToString()),
        RouterAnswer<RouterSlot>.No(var problem) => new Outcome.Unknown(problem.ToString()),
        RouterAnswer<RouterSlot>.NotReached(var reason) => new Outcome.NotApplied(reason),
        RouterAnswer<RouterSlot>.Lost(var reason) => new Outcome.Unknown(reason),
        RouterAnswer<RouterSlot>.Vetoed(var reason) => new Outcome.NotBegun(reason),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static TrafficView View(RouterSlot slot) => new(
        slot.Fence, slot.Weights,
        slot.Counts.ToImmutableDictionary(
            pair => pair.Key, pair => new RequestCount(pair.Value.Total, pair.Value.Bad)),
        slot.Shedding);
}
