using System.Collections.Immutable;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;
using OrleansRelease.Grains.Effects;
using OrleansRelease.Ports.Storage;
using OrleansRelease.Ports.Targets;
using OrleansRelease.Ports.Traffic;
using AdaptersByName = OrleansRelease.Grains.Effects.Adapters;

namespace OrleansRelease.Grains.Tests.Effects;

/// <summary>Of three instances of the old version not all are ready; each can serve forty at once.</summary>
public sealed class WhenOnlySomeInstancesAreReady
{
    private static readonly VersionName Old = VersionName.From("1.0.0");

    private static readonly VersionName New = VersionName.From("2.0.0");

    private static readonly EffectLimits Limits = new(TimeSpan.FromSeconds(5), 1, TimeSpan.FromSeconds(1));

    private static readonly ShedRule Rule = new(40, TimeSpan.FromSeconds(5), "X-Request-Class", ["low"]);

    private static readonly ImmutableArray<Uri> All =
        [new("http://127.0.0.1:7001"), new("http://127.0.0.1:7002"), new("http://127.0.0.1:7003")];

    private static readonly RolloutSpec Spec = new(
        ServiceName.From("shop"), EnvironmentName.From("staging"), New, null, null, null, "canary", [], [],
        new("/healthz", TimeSpan.FromSeconds(30), TimeSpan.Zero),
        new(TimeSpan.FromMinutes(15), UndecidedThen.Rollback), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30),
        WhenBusy.Queue, 1,
        new(
            "scripted", ImmutableSortedDictionary<string, string>.Empty, [], Repeat.Absolute, Fencing.Stored,
            Limits, Limits),
        new("scripted", null, null, Repeat.Absolute, Fencing.Stored, Limits), null, Shed: Rule);

    private readonly Router _router = new();

    [Fact]
    public async Task Those_get_the_requests()
    {
        Assert.IsType<Outcome.Applied>(await SetAsync(First(2), Rule.Of(2, 3)));

        Assert.Equal(First(2).ToArray(), _router.Call!.Addresses[Old].ToArray());
        Assert.Equal(80, _router.Call.Shedding?.Capacity);
    }

    [Fact]
    public async Task Nothing_is_set_for_more_than_are_ready_by_now()
    {
        var outcome = await SetAsync(First(1), Rule.Of(2, 3));

        Assert.Equal(
            "1 instances are ready, and 80 requests at once need 2", Assert.IsType<Outcome.NotApplied>(outcome).Reason);
        Assert.Null(_router.Call);
    }

    [Fact]
    public async Task Nothing_is_set_where_the_target_cannot_tell_them_apart()
    {
        Assert.IsType<Outcome.NotApplied>(await SetAsync(ready: null, Rule.Of(2, 3)));
        Assert.Null(_router.Call);
    }

    [Fact]
    public async Task A_split_that_sheds_nothing_goes_to_all()
    {
        Assert.IsType<Outcome.Applied>(await SetAsync(First(1), shedding: null));

        Assert.Equal(All, _router.Call!.Addresses[Old]);
    }

    [Fact]
    public async Task Who_cannot_shed_is_not_asked_to()
    {
        _router.Sheds = false;

        Assert.IsType<Outcome.Refused>(await SetAsync(First(2), Rule.Of(2, 3)));
        Assert.Null(_router.Call);
    }

    /// <summary>Where requests go stays as it is: not even who is ready is asked.</summary>
    [Fact]
    public async Task What_is_lifted_at_the_end_moves_nobody()
    {
        var lift = new Effect(
            8, new Fence(1, 1, 8), Direction.Neutral, new EffectAction.LiftShedding(Spec.Slot, "sha256:two"), Limits);

        Assert.IsType<Outcome.Applied>(await RunAsync(lift, new([], [_router], [], [], [])));

        Assert.Equal(lift.Fence, _router.Lifted?.Fence);
        Assert.Null(_router.Call);
    }

    /// <summary>A connection's last places are for what a way back waits for.</summary>
    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Only_what_is_waited_for_gets_a_place_that_is_reserved(bool isBeside, bool isWaitedFor)
    {
        var set = new EffectAction.SetTraffic(
            Spec.Slot, new(Old, New, Weight.None), "sha256:two", "sha256:one", IsBeside: isBeside);

        Assert.Equal(
            isWaitedFor, EffectAttempts.IsWaitedFor(new Effect(7, new Fence(1, 1, 7), Direction.Back, set, Limits)));
    }

    private static ImmutableArray<Uri> First(int count) => [.. All.Take(count)];

    private Task<Outcome> SetAsync(ImmutableArray<Uri>? ready, Shedding? shedding)
    {
        var set = new EffectAction.SetTraffic(
            Spec.Slot, new(Old, New, Weight.None), "sha256:two", "sha256:one", Shedding: shedding);
        return RunAsync(
            new Effect(7, new Fence(1, 1, 7), Direction.Back, set, Limits),
            new([new Target(ready)], [_router], [], [], []));
    }

    private static Task<Outcome> RunAsync(Effect effect, AdaptersByName adapters) =>
        new OutsideEffects(adapters, null!, new Clock(), TimeProvider.System).RunAsync(
            Spec, Spec, effect, veto: null, TimeProvider.System.GetUtcNow() + TimeSpan.FromMinutes(1),
            CancellationToken.None);

    private sealed class Clock : IStoreClock
    {
        public DateTimeOffset Now => TimeProvider.System.GetUtcNow();

        public int Epoch => 1;
    }

    /// <summary>Of the new version nothing is ready any more.</summary>
    private sealed class Target(ImmutableArray<Uri>? ready) : ITarget
    {
        public string Name => "scripted";

        public Task<Outcome> DeployAsync(TargetCall call, CancellationToken cancellation) =>
            Task.FromResult<Outcome>(new Outcome.Refused("nobody asks for this"));

        public Task<Outcome> RetireAsync(TargetCall call, CancellationToken cancellation) =>
            Task.FromResult<Outcome>(new Outcome.Refused("nobody asks for this"));

        public Task<VersionHealth> ObserveAsync(
            RolloutSpec spec, VersionName version, CancellationToken cancellation) => Task.FromResult(version == New
                ? new VersionHealth(version, 0, 0, 0, [])
                : new VersionHealth(version, 3, ready?.Length ?? 2, 0, All) { ReadyAt = ready });
    }

    private sealed class Router : ITraffic
    {
        public string Name => "scripted";

        public bool Sheds { get; set; } = true;

        public TrafficCall? Call { get; private set; }

        public LiftCall? Lifted { get; private set; }

        public Task<Outcome> SetAsync(TrafficCall call, CancellationToken cancellation)
        {
            Call = call;
            return Task.FromResult<Outcome>(new Outcome.Applied());
        }

        public Task<Outcome> LiftAsync(LiftCall call, CancellationToken cancellation)
        {
            Lifted = call;
            return Task.FromResult<Outcome>(new Outcome.Applied());
        }

        public Task<TrafficView?> ObserveAsync(RolloutSpec spec, CancellationToken cancellation) =>
            Task.FromResult<TrafficView?>(null);

        public Task<Reading> CountAsync(
            RolloutSpec spec, VersionName version, Window window, CancellationToken cancellation) =>
            Task.FromResult<Reading>(new Reading.NoData("nobody asks for this"));
    }
}
