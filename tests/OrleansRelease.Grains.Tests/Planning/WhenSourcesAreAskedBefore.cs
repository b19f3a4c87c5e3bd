using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;
using OrleansRelease.Contracts.Catalogue;
using OrleansRelease.Contracts.Planning;
using OrleansRelease.Contracts.Releases;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Leases;
using OrleansRelease.Core.Manifests;
using OrleansRelease.Core.Planning;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Slos;
using OrleansRelease.Core.Slots;
using OrleansRelease.Core.Specs;
using OrleansRelease.Grains.Planning;
using OrleansRelease.Grains.Releases;
using OrleansRelease.Grains.Tests.Harness;
using OrleansRelease.Ports.Metrics;

namespace OrleansRelease.Grains.Tests.Planning;

/// <summary>Before a start: what is left of the error budget, and whether what judges it has numbers.</summary>
[Collection(ReleasesCollection.Name)]
public sealed class WhenSourcesAreAskedBefore(Stores stores) : IAsyncLifetime
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
        metadata: {name: signals}
        spec:
          defaults: {interval: 1s, minSamples: 1}
          metrics:
            - name: errors
              ratio:
                bad: bad{version="{{version}}"}[{{window}}]
                total: all{version="{{version}}"}[{{window}}]
              max: 5%
        ---
        apiVersion: orleansrelease/v1
        kind: Service
        metadata: {name: checkout}
        spec:
          owner: payments
          strategy: {allAtOnce: {analysis: [signals], verify: 1s}}
          slos: [{name: availability, objective: 99%, window: 7d, metric: signals/errors}]
          degradationBudget: 50%
          minimumTelemetry: [signals/errors]
        ---
        apiVersion: orleansrelease/v1
        kind: Release
        metadata: {name: shop-1}
        spec: {services: {checkout: 2.0.0}, environments: [production], rollback: {within: 1h}}
        ---
        apiVersion: orleansrelease/v1
        kind: Release
        metadata: {name: hotfix-4711}
        spec: {services: {checkout: 2.0.0}, environments: [production], emergency: "INC-4711: payments fail"}
        """;

    private const string NoTime = "there was no time left to ask";

    private static readonly KeyValuePair<string, BudgetLeft>[] NoBudget =
        [new("availability", new BudgetLeft.Unanswered(NoTime))];

    private static readonly KeyValuePair<string, Telemetry>[] NoNumbers =
        [new("signals/errors", new Telemetry.Unanswered(NoTime))];

    private readonly World _world = new();
    private readonly ScriptedRanges _ranges = new();
    private TestServer _server = null!;

    private IPlannerGrain Planner => _server.Grains.GetGrain<IPlannerGrain>(0);

    public async Task InitializeAsync()
    {
        _world.Metrics.Numbers = (query, _) => query.StartsWith("bad", StringComparison.Ordinal) ? 0 : 100;
        _server = await TestServer.StartAsync(
            await stores.NewAsync(), _world,
            more: services => services.Replace(ServiceDescriptor.Singleton<IMetricRanges>(_ranges)));
        var rollouts = new Harness.Rollouts(_server);
        foreach (var manifest in ManifestReader.Read(Manifests, "test.yaml").Manifests)
        {
            var grain = _server.Grains.GetGrain<IManifestGrain>($"{manifest.Kind}/{manifest.Name}");
            (await grain.ApplyAsync(
                Vocabulary.Write(manifest), null, rollouts.Command(), dryRun: false, default)).Value();
        }

        var started = (await Planner.StartAsync(To("1.0.0"), rollouts.Command(), dryRun: false, default)).Value();
        await rollouts.UntilAsync(started.RolloutId, Phase.Succeeded);
        await Eventually.IsAsync(
            "1.0.0 is stable", () => rollouts.SlotStateAsync(started.RolloutId.Slot), slot => slot.Stable is not null);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task The_plan_says_what_is_left_and_a_start_that_is_dearer_is_refused()
    {
        _ranges.Answer = query => Days(query, query.Text.StartsWith("bad", StringComparison.Ordinal) ? 1 : 1000);

        var plan = (await Planner.PlanAsync(To("2.0.0"), default)).Value();

        var left = Assert.IsType<BudgetLeft.Measured>(Assert.Single(plan.Prices!.Value).Left);
        // A tenth of a percent was bad where one percent may be.
        Assert.Equal(0.9, left.Share, 6);
        Assert.True(plan.IsReady, string.Join("; ", plan.Refusals));
        Assert.IsType<Telemetry.Present>(plan.JudgedOn[0].Telemetry);
        Assert.Equal(
            ["all{version=~\".+\"}[86400s]", "bad{version=~\".+\"}[86400s]"],
            _ranges.Asked.Select(query => query.Text).Order(StringComparer.Ordinal));
        Assert.Equal(TimeSpan.FromDays(7), left.Covered);

        _ranges.Answer = query => Days(query, query.Text.StartsWith("bad", StringComparison.Ordinal) ? 10 : 1000);
        var refused = await Planner.StartAsync(
            To("2.0.0"), new Harness.Rollouts(_server).Command("dear"), dryRun: false, default);
        Assert.Equal(RefusalCodes.BudgetExceeded, refused.RefusalOrNull?.Code);
    }

    [Fact]
    public async Task Bad_ones_that_are_known_and_absent_are_none_and_others_are_not_known()
    {
        _ranges.Answer = query => query.Text.StartsWith("bad", StringComparison.Ordinal)
            ? new RangeReading.NoData("no series", IsKnown: true)
            : Days(query, 1000);
        var plan = (await Planner.PlanAsync(To("2.0.0"), default)).Value();
        Assert.Equal(1, Assert.IsType<BudgetLeft.Measured>(plan.Prices!.Value[0].Left).Share);

        _ranges.Answer = query => query.Text.StartsWith("bad", StringComparison.Ordinal)
            ? new RangeReading.NoData("no metric of this name")
            : Days(query, 1000);
        var unknown = (await Planner.PlanAsync(To("2.0.0"), default)).Value();
        Assert.Equal(RefusalCodes.BudgetUnknown, Assert.Single(unknown.Refusals).Code);
    }

    [Fact]
    public async Task A_service_that_is_an_hour_old_has_spent_an_hours_worth()
    {
        _ranges.Answer = query => query.Step < TimeSpan.FromDays(1)
            ? Points(
                query, new MetricPoint(query.Window.End - (query.Step * 3), 1), new MetricPoint(query.Window.End, 1))
            : Points(query, new MetricPoint(
                query.Window.End, query.Text.StartsWith("bad", StringComparison.Ordinal) ? 50 : 1000));

        var plan = (await Planner.PlanAsync(To("2.0.0"), default)).Value();

        var left = Assert.IsType<BudgetLeft.Measured>(plan.Prices!.Value[0].Left);
        Assert.Equal(TimeSpan.FromHours(1), left.Covered);
        // A hundred minutes are the budget; five percent of sixty were bad.
        Assert.Equal(100.8 - 3, left.OfFullOutage.TotalMinutes, 6);
    }

    [Fact]
    public async Task An_emergency_starts_on_a_budget_that_is_spent_says_why_and_can_go_back()
    {
        _ranges.Answer = query => Days(query, query.Text.StartsWith("bad", StringComparison.Ordinal) ? 500 : 1000);
        // It holds for want of numbers, so that there is time to take it back.
        _world.Metrics.Numbers = (query, _) => query.Contains("2.0.0", StringComparison.Ordinal) ? double.NaN
            : query.StartsWith("bad", StringComparison.Ordinal) ? 0 : 100;
        var rollouts = new Harness.Rollouts(_server);
        var refused = await Planner.StartAsync(To("2.0.0"), rollouts.Command("spent"), dryRun: false, default);
        Assert.Equal(RefusalCodes.BudgetExceeded, refused.RefusalOrNull?.Code);

        var urgent = To("2.0.0") with { Emergency = "INC-4711: payments fail" };
        Assert.True((await Planner.PlanAsync(urgent, default)).Value().IsReady);
        var started = (await Planner.StartAsync(urgent, rollouts.Command("urgent"), dryRun: false, default)).Value();
        await rollouts.UntilAsync(started.RolloutId, Phase.Paused);
        var grain = rollouts.Grain(started.RolloutId);
        Assert.Contains(
            "whatever its error budgets and source of numbers said: INC-4711: payments fail",
            string.Join("; ", (await grain.ExplainAsync(default)).Value().Because), StringComparison.Ordinal);

        // A way back asks nobody.
        (await grain.AbortAsync(rollouts.Command("back"), dryRun: false, default)).Value();
        await rollouts.UntilAsync(started.RolloutId, Phase.RolledBack);
        var stepped = Assert.Single((await grain.GetAsync(default)).Value().State.Overrides);
        Assert.Equal(
            ("emergency", "INC-4711: payments fail", rollouts.Command("any").Actor),
            (stepped.What, stepped.Reason, stepped.Actor));
    }

    [Fact]
    public async Task A_release_that_says_it_is_an_emergency_starts_on_a_budget_that_is_spent()
    {
        _ranges.Answer = query => Days(query, query.Text.StartsWith("bad", StringComparison.Ordinal) ? 500 : 1000);

        Assert.IsType<Outcome.NotApplied>(await BeginAsync("shop-1"));
        Assert.IsType<Outcome.Applied>(await BeginAsync("hotfix-4711"));
    }

    /// <summary>Its plan found nobody there; the slot has the last word, by what is left when it is claimed.</summary>
    [Fact]
    public async Task A_release_whose_budget_a_rollout_has_reserved_since_its_plan_ends_before_anything_has_moved()
    {
        var rollouts = new Harness.Rollouts(_server);
        var asked = 0;
        // Both counts for the rollout's plan and both for the release's: what comes after is the claim.
        _ranges.Answer = query => Interlocked.Increment(ref asked) > 4
            ? new RangeReading.Error("connection refused")
            : Days(query, query.Text.StartsWith("bad", StringComparison.Ordinal) ? 1 : 1000);
        // It holds for want of numbers.
        _world.Metrics.Numbers = (query, _) => query.Contains("3.0.0", StringComparison.Ordinal) ? double.NaN
            : query.StartsWith("bad", StringComparison.Ordinal) ? 0 : 100;
        var plan = (await Planner.PlanAsync(To("3.0.0"), default)).Value();
        var passage = _server.Grains.GetGrain<IPassageGrain>("shop-1.production.1");

        Assert.IsType<Outcome.Applied>(await BeginAsync("shop-1"));
        await Eventually.IsAsync("the claim was tried", () => Task.FromResult(asked), all => all > 4);
        Assert.Equal(PassagePhase.Pending, (await passage.GetAsync(default)).Value().State.Phase);
        Assert.True((await rollouts.SlotStateAsync(plan.Slot)).Claims.Waiting.IsEmpty);
        var order = new StartOrder(
            plan.Slot, plan.To, plan.SpecHash, WhenBusy.Queue, "start 3.0.0",
            Budgets: [new(new("availability", TimeSpan.FromMinutes(100)), TimeSpan.FromMinutes(100), 1m)]);
        var other = (await rollouts.Slot(plan.Slot).StartAsync(order, rollouts.Command(), false, default)).Value();
        _ranges.Answer = query => Days(query, query.Text.StartsWith("bad", StringComparison.Ordinal) ? 1 : 1000);

        var ended = await Eventually.IsAsync(
            "the release is cancelled", async () => (await passage.GetAsync(default)).Value().State,
            state => state.Phase == PassagePhase.Cancelled);

        Assert.Contains(
            $"1h40m of it is reserved by {other.RolloutId}",
            Assert.IsType<PassageStage.Ended>(ended.Stage).Cause?.Text, StringComparison.Ordinal);
        var slot = await rollouts.SlotStateAsync(plan.Slot);
        Assert.Equal((other.RolloutId, 2), (slot.Holder?.Rollout.Id, slot.LastNumber));
    }

    private Task<Outcome> BeginAsync(string release)
    {
        var id = PassageId.From($"{release}.production.1");
        return _server.Get<PassageStart>().RunAsync(
            new EffectAction.BeginPassage(
                id, ActorName.From("anna"), Rank.Of(id, DateTimeOffset.UnixEpoch, priority: 0), SpecHash: null),
            default);
    }

    /// <summary>A plan is answered before its caller gives it up.</summary>
    [Fact]
    public async Task A_source_that_hangs_has_not_answered()
    {
        _ranges.Hangs = true;

        var refused = await Planner.StartAsync(
            To("2.0.0"), new Harness.Rollouts(_server).Command("hangs"), dryRun: false, default)
            .WaitAsync(TimeSpan.FromSeconds(20));

        Assert.Equal(RefusalCodes.BudgetUnknown, refused.RefusalOrNull?.Code);
        Assert.EndsWith("no answer within 1s", refused.RefusalOrNull!.Reason, StringComparison.Ordinal);
    }

    /// <summary>More services than are asked at a time, and the first answer takes all the time there is.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_there_was_no_time_to_ask_has_not_answered_at_a_start_and_is_missing_in_a_plan(bool isStart)
    {
        var time = new FakeTimeProvider();
        _ranges.Answer = query =>
        {
            time.Advance(Prechecks.Together);
            return Days(query, 1000);
        };
        var (prechecks, catalogue, rollouts) = await NineAsync(time);

        var asked = await prechecks.OfAsync(
            catalogue, rollouts, _ => VersionName.From("1.0.0"), isStart, default);

        Assert.Equal(isStart ? 9 : 8, asked.Count);
        Assert.All(asked.Values, one =>
        {
            Assert.Equal(isStart ? NoBudget : [], one.Budgets!);
            Assert.Equal(isStart ? NoNumbers : [], one.Telemetry!);
        });
    }

    [Theory]
    [InlineData(null)]
    [InlineData("2.0.0")]
    public async Task Of_what_is_not_there_yet_or_already_nobody_asks_even_without_time(string? running)
    {
        var (prechecks, catalogue, rollouts) = await NineAsync(new FakeTimeProvider());

        var asked = await prechecks.OfAsync(
            catalogue, rollouts, _ => running is null ? null : VersionName.From(running), isStart: true,
            new CancellationToken(canceled: true));

        Assert.Equal(9, asked.Count);
        Assert.All(asked.Values, one => Assert.Equal(new AskedBefore(), one));
        Assert.Empty(_ranges.Asked);
    }

    private async Task<(Prechecks Prechecks, CatalogueLookup Catalogue, ImmutableArray<RolloutSpec> Rollouts)>
        NineAsync(TimeProvider time)
    {
        var services = Enumerable.Range(1, 9).Select(i => ManifestReader.Read(
            Manifests.Replace("{name: checkout}", $"{{name: checkout-{i}}}", StringComparison.Ordinal), "test.yaml")
            .Manifests.OfType<ServiceManifest>().Single()).ToList();
        var catalogue = new CatalogueLookup(_server.Grains, services);
        var rollouts = new List<RolloutSpec>();
        foreach (var service in services)
        {
            var to = To("2.0.0") with { Service = ServiceName.From(service.Name) };
            rollouts.Add((await catalogue.ResolveAsync(to, default)).Value());
        }

        return (new(_server.Get<BudgetLook>(), _server.Get<TelemetryLook>(), time), catalogue, [.. rollouts]);
    }

    /// <summary>Else a source that is away for a minute would end a release that goes on by itself.</summary>
    [Fact]
    public async Task A_release_that_goes_on_tries_again_while_the_source_is_away()
    {
        _ranges.Answer = _ => new RangeReading.Error("connection refused");

        var away = Assert.IsType<Outcome.NotApplied>(await BeginAsync("shop-1"));

        Assert.Contains("connection refused", away.Reason, StringComparison.Ordinal);
        _ranges.Answer = query => Days(query, query.Text.StartsWith("bad", StringComparison.Ordinal) ? 1 : 1000);
        Assert.IsType<Outcome.Applied>(await BeginAsync("shop-1"));
    }

    [Fact]
    public async Task What_judges_it_must_have_numbers_of_what_runs_now()
    {
        _ranges.Answer = _ => new RangeReading.NoData("nobody asked", IsKnown: true);
        _world.Metrics.Faults = _ => new Adapters.Metrics.Memory.MetricsFault.Misspelt();

        var plan = (await Planner.PlanAsync(To("2.0.0"), default)).Value();
        var refused = await Planner.StartAsync(
            To("2.0.0"), new Harness.Rollouts(_server).Command("unseen"), dryRun: false, default);

        Assert.IsType<Telemetry.Absent>(plan.JudgedOn[0].Telemetry);
        Assert.Equal(RefusalCodes.NoTelemetry, refused.RefusalOrNull?.Code);
        Assert.Contains(
            "the source has nothing of this name", refused.RefusalOrNull!.Reason, StringComparison.Ordinal);
        Assert.Contains(
            _world.Metrics.Log, asked => $"{asked.Query.Source}".Contains("1.0.0", StringComparison.Ordinal));
    }

    private static StartRequest To(string version) => new(
        ServiceName.From("checkout"), EnvironmentName.From("production"), VersionName.From(version));

    private static RangeReading Days(RangeQuery asked, double each) => new RangeReading.Points(
        [.. Enumerable.Range(1, 7).Select(day => new MetricPoint(asked.Window.Start + (asked.Step * day), each))]);

    private static RangeReading Points(RangeQuery asked, params ImmutableArray<MetricPoint> points) =>
        new RangeReading.Points([.. points.Where(point => point.At > asked.Window.Start)]);

    private sealed class ScriptedRanges : IMetricRanges
    {
        public string Name => "memory";

        public ConcurrentQueue<RangeQuery> Asked { get; } = [];

        public Func<RangeQuery, RangeReading> Answer { get; set; } = _ => new RangeReading.Error("not asked yet");

        public bool Hangs { get; set; }

        public async Task<RangeReading> ReadRangeAsync(RangeQuery query, CancellationToken cancellation)
        {
            Asked.Enqueue(query);
            if (Hangs) await new TaskCompletionSource().Task.WaitAsync(cancellation);
            return Answer(query);
        }
    }
}
