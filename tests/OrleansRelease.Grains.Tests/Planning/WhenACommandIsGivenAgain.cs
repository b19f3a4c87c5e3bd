using OrleansRelease.Contracts.Planning;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Slots;
using OrleansRelease.Grains.Tests.Harness;

namespace OrleansRelease.Grains.Tests.Planning;

/// <summary>Whoever had no answer in time asks again, and the first one is still being looked into.</summary>
[Collection(ReleasesCollection.Name)]
public sealed class WhenACommandIsGivenAgain(Stores stores)
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
              ratio: {bad: bad, total: all}
              max: 5%
        ---
        apiVersion: orleansrelease/v1
        kind: Service
        metadata: {name: checkout}
        spec:
          owner: payments
          strategy: {allAtOnce: {analysis: [signals], verify: 1s}}
        """;

    private static readonly StartRequest Request = new(
        ServiceName.From("checkout"), EnvironmentName.From("production"), VersionName.From("1.0.0"));

    [Fact]
    public async Task Both_are_answered_alike_although_what_it_has_begun_forbids_it_by_now()
    {
        var (world, specs) = (new World(), new TamperedSpecs());
        world.Metrics.Numbers = (query, _) => query == "bad" ? 0 : 100;
        await using var server = await TestServer.StartAsync(await stores.NewAsync(), world, more: specs.Wrap);
        var rollouts = new Harness.Rollouts(server);
        await new Harness.Releases(server, "production").ApplyAsync(Manifests);
        var (planner, command) = (server.Grains.GetGrain<IPlannerGrain>(0), rollouts.Command("start"));
        StartAnswer? again = null;
        specs.BeforeTheNext(async () =>
        {
            again = (await planner.StartAsync(Request, command, dryRun: false, default)).Value();
            await Eventually.IsAsync(
                "1.0.0 is stable", () => rollouts.SlotStateAsync(again.RolloutId.Slot),
                slot => slot.Stable is not null);
        });

        var first = await planner.StartAsync(Request, command, dryRun: false, default);

        Assert.Equal(again, first.Value());
    }
}
