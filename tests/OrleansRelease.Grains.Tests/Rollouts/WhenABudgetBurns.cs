using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Slos;
using OrleansRelease.Core.Slots;
using OrleansRelease.Grains.Tests.Harness;
using OrleansRelease.Ports.Metrics;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Tests.Rollouts;

/// <summary>The rollout pauses at half of the requests, and its own metric is always good.</summary>
[Collection(ServersCollection.Name)]
public sealed class WhenABudgetBurns(Stores stores)
{
    private const string Candidate = "slo/availability/candidate";

    private readonly AdvancedClock _clock = new();

    [Fact]
    public async Task A_candidate_that_burns_is_taken_back_and_says_why()
    {
        var world = Burning();
        await using var server = await TestServer.StartAsync(await stores.NewAsync(), world, more: _clock.Put);
        var (rollouts, id) = await StartAsync(server);

        await rollouts.UntilAsync(id, Phase.RolledBack);
        var view = (await rollouts.ViewAsync(id))!;
        Assert.Equal(
            $"{Candidate} failed: its error budget burns 40× over 5m and 40× over 1h, both above 14.4× (page): "
            + "40 bad of 1000 in 1h",
            ((Stage.Ended)view.State.Stage).Cause!.Text);
        Assert.Equal(40, view.State.Tallies[Candidate].Last!.Burn!.Pairs[0].LongWindow.Bad);
    }

    [Fact]
    public async Task What_one_burn_convicts_waits_for_no_other_one()
    {
        var world = Burning();
        await using var server = await TestServer.StartAsync(await stores.NewAsync(), world, more: services =>
        {
            _clock.Put(services);
            services.RemoveAll<IMetricRanges>();
            services.AddSingleton<IMetricRanges>(new SilentOfAll(world.Metrics));
        });
        var (rollouts, id) = await StartAsync(server);

        await rollouts.UntilAsync(id, Phase.RolledBack);
        var tallies = (await rollouts.ViewAsync(id))!.State.Tallies;
        Assert.Equal(Verdict.Fail, tallies[Candidate].Last!.Verdict);
        Assert.Null(tallies["slo/availability/whole"].Last);
    }

    [Fact]
    public async Task A_source_without_ranges_takes_nothing_back_and_explain_says_that_it_has_none()
    {
        await using var server = await TestServer.StartAsync(await stores.NewAsync(), Burning(), more: services =>
        {
            _clock.Put(services);
            services.RemoveAll<IMetricRanges>();
        });
        var (rollouts, id) = await StartAsync(server);

        await Eventually.IsAsync(
            $"{id} has been looked at", async () => (await ExplainAsync(rollouts, id)).Burns?.Length ?? 0,
            burns => burns == 2);
        var it = await ExplainAsync(rollouts, id);
        Assert.Equal(Phase.Progressing, it.Phase);
        Assert.All(it.Burns!.Value, burn => Assert.Equal(
            (Verdict.NoData, "the metrics adapter 'memory' cannot be asked for a stretch of time"),
            (burn.Verdict, burn.Detail)));
    }

    private static World Burning()
    {
        var world = new World();
        // Of the candidate 40 in a thousand; of all, which are ten times as many, the same 40.
        world.Metrics.Numbers = (query, _) =>
            query.StartsWith("bad{", StringComparison.Ordinal) ? 40
            : query.StartsWith("total{v=\"", StringComparison.Ordinal) ? 1000
            : query.StartsWith("total{", StringComparison.Ordinal) ? 10_000
            : Harness.Rollouts.Errors(query);
        return world;
    }

    private async Task<(Harness.Rollouts Rollouts, RolloutId Id)> StartAsync(TestServer server)
    {
        var rollouts = new Harness.Rollouts(server) { Pause = TimeSpan.FromHours(5) };
        var slot = Harness.Rollouts.SlotOf(1);
        var spec = rollouts.Spec(slot, VersionName.From("2.0")) with
        {
            Slos =
            [
                new(
                    "availability", 0.999m, TimeSpan.FromDays(30), "golden/errors",
                    new MetricSource.Ratio(
                        "bad{v=\"{{version}}\"}[{{window}}]", null, "total{v=\"{{version}}\"}[{{window}}]"),
                    TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(5), 1),
            ],
        };
        var hash = await server.Get<ISpecs>().PutAsync(Vocabulary.Write(spec), default);
        var started = await rollouts.Slot(slot).StartAsync(
            new StartOrder(slot, spec.Version, hash, spec.WhenBusy, "start 2.0"), rollouts.Command(), dryRun: false,
            default);
        var id = started.Value().RolloutId;
        await Eventually.IsAsync(
            $"{id} pauses", async () => (await rollouts.ViewAsync(id))?.State.Work,
            work => work is Work.Resting);
        _clock.Advance(BurnOf.Tile + TimeSpan.FromSeconds(10));
        return (rollouts, id);
    }

    private static async Task<Explanation> ExplainAsync(Harness.Rollouts rollouts, RolloutId id) =>
        (await rollouts.Grain(id).ExplainAsync(default)).Value();

    /// <summary>Never answers what is asked of all versions.</summary>
    private sealed class SilentOfAll(IMetricRanges ranges) : IMetricRanges
    {
        public string Name => ranges.Name;

        public Task<RangeReading> ReadRangeAsync(RangeQuery query, CancellationToken cancellation) =>
            query.Text.Contains("=~", StringComparison.Ordinal)
                ? new TaskCompletionSource<RangeReading>().Task.WaitAsync(cancellation)
                : ranges.ReadRangeAsync(query, cancellation);
    }
}
