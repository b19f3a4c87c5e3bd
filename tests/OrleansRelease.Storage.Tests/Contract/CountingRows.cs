using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Storage.Tests.Contract;

public abstract partial class StoreContract
{
    [Fact]
    public async Task Rollouts_that_have_not_ended_are_counted_by_phase_and_environment()
    {
        await Row("production", "environment").WriteAsync(phase: "Open");
        await Row("a.production.1").WriteAsync(phase: "Paused", at: Noon);
        await Row("b.production.1").WriteAsync(phase: "Paused", at: Noon.AddMinutes(-5));
        await Row("c.production.1").WriteAsync(phase: "Succeeded");
        await Row("a.staging.1").WriteAsync(phase: "Failed", environment: "staging");

        var totals = await Store.Get<ITotals>().AskAsync(default);

        // An environment is known from its first permit on; what is open there is zero and not missing.
        Assert.Equal(8, totals.Rollouts.Count);
        Assert.Contains(new PhaseTotal("Paused", "production", 2, Noon.AddMinutes(-5)), totals.Rollouts);
        Assert.Contains(new PhaseTotal("Failed", "production", 0, null), totals.Rollouts);
        Assert.DoesNotContain(totals.Rollouts, total => total.Phase == "Succeeded");
    }

    [Fact]
    public async Task What_is_quarantined_is_counted_whether_there_is_a_row_or_not_and_is_not_due()
    {
        await Row("late").WriteAsync(nextWake: Noon);
        await Row("bad").WriteAsync(nextWake: Noon.AddHours(-1));
        foreach (var key in (string[])["bad", "nowhere"])
        {
            for (var i = 0; i < Shards.FailuresToQuarantine; i++)
                await Store.Wakes.RecordFailureAsync("rollout", key, "broken", Noon, default);
        }

        var totals = await Store.Get<ITotals>().AskAsync(default);

        Assert.Equal(2, Assert.Single(totals.Quarantined).Value);
        Assert.Equal(Noon, totals.OldestDue);
    }
}
