using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Simulating;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Storage.Tests.Contract;

public abstract partial class StoreContract
{
    [Fact]
    public async Task Of_rollouts_that_have_ended_the_decisions_about_steps_are_found()
    {
        await ExecuteAsync("INSERT INTO spec (hash, text) VALUES ('sha256:abc', 'the specification')");
        var ended = await Row("checkout.production.1").WriteAsync("step-entered");
        await ended.WriteAsync("windows-judged");
        await ended.WriteAsync("finished", phase: "Succeeded");
        await Row("checkout.production.2").WriteAsync("step-entered");
        await Row("checkout.production.3").WriteAsync("step-entered", phase: "RolledBack");

        var past = Assert.Single(await PastAsync("checkout.production.1", "checkout.production.2"));

        Assert.Equal(("checkout.production.1", "the specification"), ($"{past.Id}", past.Spec));
        Assert.Equal(
            [GrainRow.Start.AddSeconds(1), GrainRow.Start.AddSeconds(3)], past.Transitions.Select(one => one.At));
        Assert.Contains("step-entered", past.Transitions[0].Text, StringComparison.Ordinal);
        Assert.Empty(await PastAsync());
    }

    [Fact]
    public async Task Of_one_that_has_moved_for_long_only_the_newest_decisions_are_looked_at()
    {
        await ExecuteAsync("INSERT INTO spec (hash, text) VALUES ('sha256:abc', 'the specification')");
        var first = await Row("checkout.production.1").WriteAsync("step-entered");
        await first.WriteAsync("finished", phase: "Succeeded");
        var other = await Row("checkout.production.2").WriteAsync("step-entered");
        await other.WriteAsync("finished", phase: "Succeeded");
        await ExecuteAsync(
            "INSERT INTO log (position, kind, key, seq, at, transition) WITH RECURSIVE n(i) AS "
            + "(SELECT 3 UNION ALL SELECT i + 1 FROM n WHERE i < 1001) "
            + "SELECT 1000000 + (SELECT max(position) FROM log) + i, 'rollout', 'checkout.production.1', i, i, "
            + "'windows-judged' FROM n");

        var past = await PastAsync("checkout.production.1", "checkout.production.2");

        Assert.Equal(
            ["checkout.production.1 1", "checkout.production.2 2"],
            past.Select(one => $"{one.Id} {one.Transitions.Length}").Order(StringComparer.Ordinal));
    }

    private Task<IReadOnlyList<PastRollout>> PastAsync(params string[] rollouts) =>
        Store.Get<IPastRollouts>().ReadAsync([.. rollouts.Select(RolloutId.From)], default);
}
