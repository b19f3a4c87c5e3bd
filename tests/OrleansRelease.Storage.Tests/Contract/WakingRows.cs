using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Storage.Tests.Contract;

public abstract partial class StoreContract
{
    [Fact]
    public async Task A_row_is_due_from_its_time_on_in_its_shard()
    {
        await Row("due").WriteAsync(nextWake: Noon);
        await Row("never").WriteAsync();
        var shard = Shards.Of("rollout", "due");

        Assert.Empty(await Store.Wakes.DueShardsAsync(Noon.AddSeconds(-1), default));
        Assert.Equal([shard], await Store.Wakes.DueShardsAsync(Noon, default));
        Assert.Equal(
            [new DueRow("rollout", "due", Noon, 1)], await Store.Wakes.DueRowsAsync(shard, Noon, 500, default));
        Assert.Empty(await Store.Wakes.DueRowsAsync((shard + 1) % Shards.Count, Noon, 500, default));
    }

    [Fact]
    public async Task A_row_is_never_due_before_the_exact_moment_that_was_asked_for()
    {
        // Finer than what is stored: rounded down, the grain would be woken and find nothing to do.
        var wake = Noon.AddTicks(3);
        await Row("exact").WriteAsync(nextWake: wake);

        Assert.Empty(await Store.Wakes.DueShardsAsync(Noon, default));
        Assert.Single(await Store.Wakes.DueShardsAsync(Noon.AddMicroseconds(1), default));
    }

    [Fact]
    public async Task A_write_without_a_wake_ends_being_due()
    {
        var row = await Row("done").WriteAsync(nextWake: Noon);
        await row.WriteAsync(phase: "Succeeded");

        Assert.Empty(await Store.Wakes.DueShardsAsync(Noon.AddYears(1), default));
    }

    [Fact]
    public async Task Every_shard_with_due_rows_is_named_once()
    {
        var keys = Enumerable.Range(0, 200).Select(i => $"checkout.production.{i}").ToArray();
        foreach (var key in keys) await Row(key).WriteAsync(nextWake: Noon);

        var shards = await Store.Wakes.DueShardsAsync(Noon, default);
        Assert.Equal(keys.Select(key => Shards.Of("rollout", key)).Distinct().Order(), shards);

        var found = new List<string>();
        foreach (var shard in shards)
            found.AddRange((await Store.Wakes.DueRowsAsync(shard, Noon, 500, default)).Select(row => row.Key));
        Assert.Equal(keys.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Ways_back_come_first_and_then_the_longest_overdue()
    {
        // One shard for all of them.
        var keys = Enumerable.Range(0, 5000).Select(i => $"r{i}").Where(key => Shards.Of("rollout", key) == 7).Take(4)
            .ToArray();
        await Row(keys[0]).WriteAsync(nextWake: Noon.AddMinutes(-1));
        await Row(keys[1]).WriteAsync(nextWake: Noon.AddMinutes(-3));
        await Row(keys[2]).WriteAsync(phase: "RollingBack", nextWake: Noon.AddSeconds(-1));
        await Row(keys[3]).WriteAsync(nextWake: Noon.AddMinutes(-2));

        var due = await Store.Wakes.DueRowsAsync(7, Noon, 500, default);
        Assert.Equal([keys[2], keys[1], keys[3], keys[0]], due.Select(row => row.Key));
        Assert.Equal([keys[2], keys[1]], (await Store.Wakes.DueRowsAsync(7, Noon, 2, default)).Select(row => row.Key));
    }

    [Fact]
    public async Task Failures_put_a_row_off_further_each_time_and_the_fifth_quarantines_it()
    {
        var row = await Row("poison").WriteAsync("as it was", nextWake: Noon);
        var waits = new List<TimeSpan>();
        for (var i = 1; i < Shards.FailuresToQuarantine; i++)
        {
            var failure = await FailAsync("poison", $"failure {i} \0 with a NUL");
            Assert.Equal(i, failure.Failures);
            Assert.False(failure.Quarantined);
            waits.Add(failure.RetryAt - Noon);
        }

        Assert.Equal(waits.Order().Distinct(), waits);
        Assert.All(waits, wait => Assert.True(wait > TimeSpan.Zero));
        Assert.Empty(await Store.Wakes.DueShardsAsync(Noon, default));
        Assert.Single(await Store.Wakes.DueShardsAsync(Noon + waits[^1], default));

        var last = await FailAsync("poison", "the last one");
        Assert.True(last.Quarantined);
        Assert.Empty(await Store.Wakes.DueShardsAsync(Noon.AddYears(1), default));

        var stored = (await Store.Rows.GetAsync("rollout", "poison", default))!;
        Assert.Equal(row.Record.Payload, stored.Payload);
        Assert.Equal(1, stored.Summary.Sequence);
        Assert.Equal("the last one", stored.Summary.LastError);
        Assert.Equal(Noon, stored.Summary.QuarantinedAt);
        Assert.Single(await LogOf("poison"));
    }

    [Fact]
    public async Task A_row_whose_failures_are_forgotten_is_due_again()
    {
        await Row("again").WriteAsync(nextWake: Noon);
        for (var i = 0; i < Shards.FailuresToQuarantine; i++) await FailAsync("again", "no");
        await Store.Wakes.ClearFailuresAsync("rollout", "again", default);

        Assert.Single(await Store.Wakes.DueShardsAsync(Noon, default));
        var summary = (await Store.Rows.GetAsync("rollout", "again", default))!.Summary;
        Assert.Equal((0, null, null), (summary.Failures, summary.QuarantinedAt, summary.LastError));
    }

    [Fact]
    public async Task A_write_that_succeeds_ends_the_failures()
    {
        var row = await Row("healed").WriteAsync(nextWake: Noon);
        for (var i = 0; i < Shards.FailuresToQuarantine; i++) await FailAsync("healed", "no");
        await row.WriteAsync("a person stepped in", nextWake: Noon);

        Assert.Single(await Store.Wakes.DueShardsAsync(Noon, default));
        Assert.Equal(0, (await Store.Rows.GetAsync("rollout", "healed", default))!.Summary.Failures);
    }

    [Fact]
    public async Task Failures_of_a_key_without_a_row_count_and_leave_no_row_behind()
    {
        for (var i = 1; i <= Shards.FailuresToQuarantine; i++)
        {
            var failure = await FailAsync("unborn", "decide failed");
            Assert.Equal((i, i == Shards.FailuresToQuarantine), (failure.Failures, failure.Quarantined));
        }

        Assert.Null(await Store.Rows.GetAsync("rollout", "unborn", default));
        Assert.False((await Row("unborn").ReadAsync()).Exists);

        // The first write finds nothing in its way, and afterwards nothing is held against it.
        await Row("unborn").WriteAsync(nextWake: Noon);
        Assert.Single(await Store.Wakes.DueShardsAsync(Noon, default));
        Assert.Equal(1, (await FailAsync("unborn", "anew")).Failures);
    }

    [Fact]
    public async Task Failures_recorded_at_once_are_all_counted()
    {
        await Row("crowd").WriteAsync(nextWake: Noon);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
        {
            await Task.Yield();
            await FailAsync("crowd", $"{i}");
            await FailAsync("nobody", $"{i}");
        }));

        Assert.Equal(21, (await FailAsync("crowd", "one more")).Failures);
        Assert.Equal(21, (await FailAsync("nobody", "one more")).Failures);
    }

    private Task<RowFailure> FailAsync(string key, string error) =>
        Store.Wakes.RecordFailureAsync("rollout", key, error, Noon, default);
}
