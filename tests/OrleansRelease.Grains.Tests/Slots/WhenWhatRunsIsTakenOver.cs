using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using OrleansRelease.Contracts.Freezes;
using OrleansRelease.Contracts.Planning;
using OrleansRelease.Contracts.Releases;
using OrleansRelease.Contracts.Slots;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;
using OrleansRelease.Grains.Effects;
using OrleansRelease.Grains.Freezes;
using OrleansRelease.Grains.Restoring;
using OrleansRelease.Grains.Tests.Harness;
using OrleansRelease.Ports.ByHand;
using OrleansRelease.Ports.Storage;
using OrleansRelease.Ports.Targets;
using OrleansRelease.Ports.Traffic;

namespace OrleansRelease.Grains.Tests.Slots;

/// <summary>What runs was brought by nobody here: by something before this system, or by a person while it was gone.
/// </summary>
[Collection(ReleasesCollection.Name)]
public sealed class WhenWhatRunsIsTakenOver(Stores stores)
{
    private const string Manifests = """
        apiVersion: orleansrelease/v1
        kind: Environment
        metadata: {name: production}
        spec:
          connections: {target: {memory: {}}, traffic: {memory: {}}, metrics: {memory: {}}}
        ---
        apiVersion: orleansrelease/v1
        kind: AnalysisTemplate
        metadata: {name: golden}
        spec:
          metrics:
            - {name: errors, query: "errors of {{service}} {{version}}", unit: ratio, max: 10%, interval: 250ms}
        ---
        apiVersion: orleansrelease/v1
        kind: Service
        metadata: {name: cart}
        spec: {owner: shop, strategy: {allAtOnce: {verify: 200ms, analysis: [golden]}}}
        ---
        apiVersion: orleansrelease/v1
        kind: Release
        metadata: {name: shop}
        spec: {services: {cart: 2.0.0}, environments: [production]}
        """;

    private static readonly (VersionName Old, VersionName New) Versions =
        (VersionName.From("1.0.0"), VersionName.From("2.0.0"));

    private static readonly StartRequest Old = new(
        ServiceName.From("cart"), EnvironmentName.From("production"), Versions.Old);

    private static readonly ReleaseName Shop = ReleaseName.From("shop");

    private static readonly PassageId There = PassageId.From("shop.production.1");

    private readonly World _world = new();

    [Fact]
    public async Task It_is_stable_a_release_goes_on_from_it_and_what_a_person_takes_back_is_found()
    {
        var store = await stores.NewAsync();
        string script;
        await using (var server = await StartAsync(store))
        {
            var releases = new Harness.Releases(server, "production");
            await releases.ApplyAsync(Manifests);
            var adopter = server.Grains.GetGrain<IAdopterGrain>(0);
            var nothing = await adopter.AdoptAsync(Old, Harness.Releases.Command(), false, default);
            Assert.Equal(RefusalCodes.NotAsSeen, nothing.RefusalOrNull?.Code);

            await RunAsync(await SpecAsync(server), Versions.Old, new Fence(1, 7, 1));
            var before = _world.Traffic.Log.Length;
            var command = Harness.Releases.Command();
            var adopted = (await adopter.AdoptAsync(Old, command, false, default)).Value();
            Assert.Equal((Versions.Old, before), (adopted.Standing.Stable, _world.Traffic.Log.Length));
            Assert.Equal((Versions.Old, "next"), (adopted.FirstPlan.From, $"{adopted.FirstPlan.To}"));

            // Said again, it is answered as before, although nobody could look now.
            _silent = int.MaxValue;
            var repeated = (await adopter.AdoptAsync(Old, command, false, default)).Value();
            Assert.Equal((Versions.Old, adopted.Seen.At), (repeated.Standing.Stable, repeated.Seen.At));
            var other = await adopter.AdoptAsync(Old, Harness.Releases.Command(), false, default);
            Assert.Equal(RefusalCodes.NotAsSeen, other.RefusalOrNull?.Code);
            _silent = 0;

            var planned = (await ScriptAsync(server)).Value();
            Assert.Null(planned.Passage);
            Assert.Contains("had not begun there when this was made", planned.Script, StringComparison.Ordinal);
            (await server.Grains.GetGrain<IReleasePlannerGrain>(0).StartAsync(
                new(Shop, null, null), Harness.Releases.Command(), false, default)).Value();
            await releases.UntilAsync(There, PassagePhase.Succeeded);
            script = (await ScriptAsync(server)).Value().Script;
            // Whatever is on record: who has requests is not taken down between leases.
            Assert.IsType<Outcome.Refused>(await TakeDownAsync(server, Versions.New));
            Assert.IsType<Outcome.Applied>(await TakeDownAsync(server, Versions.Old));
        }

        Assert.Contains("part 'cart.production' '1.0.0' '2.0.0' '1' '8' 'leased'", script, StringComparison.Ordinal);
        Assert.Contains("cart: requests go to 1.0.0", script, StringComparison.Ordinal);
        // The router says nothing for longer than it is asked soon.
        _silent = Soon.SoonRounds + 2;
        await using var again = await StartAsync(store, byHand: new Fence(1, 8, FenceQuestions.FirstByHand));
        await Eventually.IsAsync(
            "it was found that 1.0.0 is back", async () => (await again.Grains.GetGrain<ISlotGrain>("cart.production")
                .GetAsync(default)).Value().State,
            slot => slot.Stable?.Version == Versions.Old && $"{slot.Stable.AdoptedBy}" == "script of the way back");
    }

    [Fact]
    public async Task Where_nobody_names_the_version_it_is_the_one_that_has_all_requests()
    {
        await using var server = await StartAsync(await stores.NewAsync());
        await new Harness.Releases(server, "production").ApplyAsync(Manifests);
        var (adopter, at) = (server.Grains.GetGrain<IAdopterGrain>(0), new SlotKey(Old.Service, Old.Environment));
        var nobody = (await adopter.AdoptWholeAsync(at, null, Harness.Releases.Command(), false, default))
            .RefusalOrNull!;
        Assert.Equal(RefusalCodes.NotAsSeen, nobody.Code);
        Assert.Contains("they go to nobody", nobody.Reason, StringComparison.Ordinal);
        Assert.Contains("--version VERSION", nobody.Accepted, StringComparison.Ordinal);

        await RunAsync(await SpecAsync(server), Versions.Old, new Fence(1, 7, 1));
        var command = Harness.Releases.Command();
        var adopted = (await adopter.AdoptWholeAsync(at, null, command, false, default)).Value();
        Assert.Equal((Versions.Old, Versions.Old), (adopted.Standing.Stable, adopted.FirstPlan.From));

        // Said again, it is answered as before, although nobody could look now.
        _silent = int.MaxValue;
        var repeated = (await adopter.AdoptWholeAsync(at, null, command, false, default)).Value();
        Assert.Equal((Versions.Old, adopted.Seen.At), (repeated.Standing.Stable, repeated.Seen.At));
        var named = await adopter.AdoptAsync(Old, command, false, default);
        Assert.Equal(RefusalCodes.KeyReused, named.RefusalOrNull?.Code);
    }

    /// <summary>Its fence is above the script's, so the router would take what it sends.</summary>
    [Fact]
    public async Task What_has_the_next_lease_and_has_done_nothing_does_not_go_on_from_what_is_gone()
    {
        var (store, next) = (await stores.NewAsync(), Old with { Version = VersionName.From("3.0.0") });
        RolloutId waiting;
        await using (var server = await StartAsync(store))
        {
            var releases = new Harness.Releases(server, "production");
            await releases.ApplyAsync(Manifests);
            await RunAsync(await SpecAsync(server), Versions.Old, new Fence(1, 7, 1));
            (await server.Grains.GetGrain<IAdopterGrain>(0).AdoptAsync(Old, Harness.Releases.Command(), false, default))
                .Value();
            (await server.Grains.GetGrain<IReleasePlannerGrain>(0).StartAsync(
                new(Shop, null, null), Harness.Releases.Command(), false, default)).Value();
            await releases.UntilAsync(There, PassagePhase.Succeeded);
            var freeze = Harness.Releases.Command() with { Reason = "nobody is there" };
            (await Freezer(server).FreezeAsync(TimeSpan.FromHours(1), freeze, dryRun: false, default)).Value();
            await Eventually.IsAsync(
                "the server has seen that", () => server.Get<FreezeLook>().OfAsync(Old.Environment, default),
                seen => seen.Freeze is not null);
            waiting = (await server.Grains.GetGrain<IPlannerGrain>(0).StartAsync(
                next, Harness.Releases.Command(), dryRun: false, default)).Value().RolloutId;
            await Eventually.IsAsync(
                "it waits at its first step", () => new Harness.Rollouts(server).ViewAsync(waiting),
                view => view?.State is { Work: Work.Gated, Freeze.Freeze: not null });
        }

        _silent = Soon.SoonRounds + 2;
        await using var again = await StartAsync(store, byHand: new Fence(1, 8, FenceQuestions.FirstByHand));
        var thaw = Harness.Releases.Command() with { Reason = "somebody is there" };
        (await Freezer(again).ThawAsync(thaw, dryRun: false, default)).Value();
        await Eventually.IsAsync(
            "it has left the slot as it is", () => new Harness.Rollouts(again).ViewAsync(waiting),
            view => view?.State is { Stage: Stage.Ended { Cause: Cause.LeftAsItIs } });
        await Eventually.IsAsync(
            "1.0.0 is stable again",
            async () => (await again.Grains.GetGrain<ISlotGrain>("cart.production").GetAsync(default)).Value().State,
            slot => slot.Stable?.Version == Versions.Old && slot.Restored is null);
        Assert.Equal(0, (await _world.Target.ObserveAsync(_spec!, next.Version, default)).Ready);
    }

    private static IFreezeGrain Freezer(TestServer server) => server.Grains.GetGrain<IFreezeGrain>("production");

    private async Task<TestServer> StartAsync(Storage.StorageOptions store, Fence? byHand = null)
    {
        if (byHand is { } fence) await RunAsync(_spec!, Versions.Old, fence);
        _world.InsteadOfTraffic = new Quiet(_world.Traffic, () => Interlocked.Decrement(ref _silent) >= 0);
        return await TestServer.StartAsync(store, _world, more: services => services
            .AddSingleton(Soon).AddSingleton<ITrafficByHand, SaidByHand>());
    }

    private static readonly HandLookOptions Soon = new()
    {
        Soon = TimeSpan.FromMilliseconds(20),
        SoonRounds = 3,
        Later = TimeSpan.FromMilliseconds(20),
    };

    /// <summary>How many more questions the router does not answer.</summary>
    private int _silent;

    private RolloutSpec? _spec;

    private async Task<RolloutSpec> SpecAsync(TestServer server)
    {
        var plan = (await server.Grains.GetGrain<IPlannerGrain>(0).PlanAsync(Old, default)).Value();
        return _spec = Vocabulary.Read<RolloutSpec>(
            (await server.Get<ISpecs>().GetAsync(plan.SpecHash, default))!);
    }

    private async Task RunAsync(RolloutSpec spec, VersionName version, Fence fence)
    {
        await _world.Target.DeployAsync(new TargetCall(spec, version, fence), default);
        await _world.Traffic.SetAsync(
            new TrafficCall(
                spec, new(null, version, Weight.All), fence, Direction.Back,
                ImmutableDictionary<VersionName, ImmutableArray<Uri>>.Empty
                    .Add(version, [new Uri("http://127.0.0.1:1/")])),
            default);
    }

    private Task<Outcome> TakeDownAsync(TestServer server, VersionName version) =>
        server.Get<OutsideEffects>().RunAsync(
            _spec!, _spec!,
            new Effect(
                1, new Fence(1, 8, 9), Direction.Neutral, new EffectAction.Retire(_spec!.Slot, version, "sha256:any"),
                _spec.Target.RetireLimits),
            veto: null, server.Get<IStoreClock>().Now.AddMinutes(1), default);

    private static Task<Contracts.Answer<BackScript>> ScriptAsync(TestServer server) =>
        server.Grains.GetGrain<IBackScriptGrain>(0).WriteAsync(Shop, Old.Environment, default);

    /// <summary>Does not always say how it is.</summary>
    private sealed class Quiet(ITraffic inner, Func<bool> isSilent) : ITraffic
    {
        public string Name => inner.Name;

        public Task<Outcome> SetAsync(TrafficCall call, CancellationToken cancellation) =>
            inner.SetAsync(call, cancellation);

        public Task<Outcome> CloseAsync(CloseCall call, CancellationToken cancellation) =>
            inner.CloseAsync(call, cancellation);

        public Task<TrafficView?> ObserveAsync(RolloutSpec spec, CancellationToken cancellation) => isSilent()
            ? Task.FromException<TrafficView?>(new HttpRequestException("the router does not answer"))
            : inner.ObserveAsync(spec, cancellation);

        public Task<Reading> CountAsync(
            RolloutSpec spec, VersionName version, Window window, CancellationToken cancellation) =>
            inner.CountAsync(spec, version, window, cancellation);
    }

    /// <summary>What nobody ever runs.</summary>
    private sealed class SaidByHand : ITrafficByHand
    {
        public string Name => "memory";

        public string Functions => "";

        public string Look => "memory_look";

        public string Close => "memory_close";

        public (string? Command, string Reason) At(RolloutSpec spec) => ("memory_at", "");

        public string SendBack(RolloutSpec spec) => "memory_send_back";
    }
}
