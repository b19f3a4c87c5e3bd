using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Analysis.Seasonal;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Grains.Tests.Harness;

namespace OrleansRelease.Grains.Tests.Rollouts;

/// <summary>The service has always taken a second; the new version takes what its windows say.</summary>
[Collection(ServersCollection.Name)]
public sealed class WhenAMetricIsHeldAgainstThePast(Stores stores)
{
    [Fact]
    public async Task What_is_unlike_the_past_is_taken_back_and_says_why()
    {
        var view = await EndAsync(seconds: 2, dryRun: false, Phase.RolledBack);

        var past = view.State.Tallies["golden/p99"].Recent.First(window => window.Verdict == Verdict.Fail);
        Assert.StartsWith(
            "unlike the past: 2 s, usual 1 s, allowed up to 1.3 s", past.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_says_the_same_and_takes_nothing_back()
    {
        var view = await EndAsync(seconds: 2, dryRun: true, Phase.Succeeded);

        Assert.Contains(view.State.Tallies["golden/p99"].Recent, window => window.Verdict == Verdict.Fail);
    }

    [Fact]
    public async Task What_is_as_usual_succeeds()
    {
        var view = await EndAsync(seconds: 1.1, dryRun: false, Phase.Succeeded);

        Assert.Contains(
            view.State.Tallies["golden/p99"].Recent,
            window => window.Detail.StartsWith("1.1 s, usual 1 s, allowed up to 1.3 s", StringComparison.Ordinal));
    }

    private async Task<Contracts.Rollouts.RolloutView> EndAsync(double seconds, bool dryRun, Phase end)
    {
        var world = new World();
        world.Metrics.Numbers = (query, _) => query switch
        {
            "p99 of all" => 1,
            "p99 of it" => seconds,
            _ => Harness.Rollouts.Errors(query),
        };
        await using var server = await TestServer.StartAsync(await stores.NewAsync(), world);
        var slot = Harness.Rollouts.SlotOf(1);
        var errors = new Harness.Rollouts(server).Spec(slot, VersionName.From("2.0")).Background[0];
        var rollouts = new Harness.Rollouts(server)
        {
            Verify = TimeSpan.FromSeconds(1),
            MoreMetrics =
            [
                errors with
                {
                    Name = "golden/p99",
                    Source = new MetricSource.Query("p99 of it"),
                    Unit = Unit.Seconds,
                    Thresholds = new(null, null, null),
                    DryRun = dryRun,
                    History = new(14, 0.3, BadChange.Increase, "p99 of all"),
                },
            ],
        };
        var id = await rollouts.StartAsync(slot, "2.0");
        await rollouts.UntilAsync(id, end);
        return (await rollouts.ViewAsync(id))!;
    }
}
