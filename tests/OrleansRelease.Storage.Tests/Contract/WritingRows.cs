using System.Diagnostics;
using Orleans.Storage;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Storage.Tests.Contract;

public abstract partial class StoreContract
{
    [Fact]
    public async Task What_was_written_is_read_with_its_columns_and_without_its_transition()
    {
        var written = await Row("checkout.production.1").WriteAsync("first", nextWake: GrainRow.Start.AddMinutes(1));
        var read = await Row("checkout.production.1").ReadAsync();

        Assert.True(read.Exists);
        Assert.Equal("1", read.Etag);
        Assert.Equal(written.Record.Columns, read.Record.Columns);
        Assert.Equal(written.Record.Payload, read.Record.Payload);
        Assert.Equal("", read.Record.Transition);
    }

    [Fact]
    public async Task A_row_that_was_never_written_is_absent()
    {
        var read = await Row("nobody").ReadAsync();

        Assert.False(read.Exists);
        Assert.Null(read.Etag);
        Assert.Null(read.Record.Columns);
        Assert.Null(await Store.Rows.GetAsync("rollout", "nobody", default));
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("quotes \" and ' and back\\slash \\n and /")]
    [InlineData("tab \t, newline \n, NUL \0, escape \u001b, line \u2028")]
    [InlineData("ünïcödé 漢字 🚀 \ud83d\udc69\u200d\ud83d\udcbb e\u0301")]
    [InlineData("$$ @GrainIdHash :name {0} %s -- ; DROP TABLE row")]
    public async Task Texts_come_back_byte_for_byte(string note)
    {
        var row = await Row("bytes").WriteAsync(note);

        Assert.Equal(row.Record.Payload, (await Row("bytes").ReadAsync()).Record.Payload);
        Assert.Equal(row.Record.Payload, (await Store.Rows.GetAsync("rollout", "bytes", default))!.Payload);
        Assert.Equal(row.LastTransition, (await LogOf("bytes"))[0].Transition);
        await AssertClean();
    }

    [Fact]
    public async Task A_large_state_and_a_large_transition_come_back_byte_for_byte()
    {
        var note = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"{i:x4}é\"\\"));
        var row = await Row("large").WriteAsync(note);

        Assert.True(note.Length > 100_000);
        Assert.Equal(row.Record.Payload, (await Row("large").ReadAsync()).Record.Payload);
        Assert.Equal(row.LastTransition, (await LogOf("large"))[0].Transition);
    }

    [Fact]
    public async Task A_raw_newline_is_refused_and_nothing_is_written()
    {
        var storage = Store.Storage;
        var held = new GrainState<RowRecord>(new RowRecord
        {
            Columns = new RowColumns("rollout", "raw", 1, GrainRow.Start, "Pending", null, null, null, null, null),
            Payload = "{\n}",
            Transition = "{}",
        });

        await Assert.ThrowsAsync<ArgumentException>(
            () => storage.WriteStateAsync("rollout", Orleans.Runtime.GrainId.Create("grain", "raw"), held));
        Assert.False((await Row("raw").ReadAsync()).Exists);
        Assert.Empty(await LogOf("raw"));
    }

    [Fact]
    public async Task Keys_that_look_like_numbers_are_different_rows()
    {
        string[] keys = ["cafe", "00cafe", "42", "042", "deadbeefdeadbeefdeadbeefdeadbeef"];
        foreach (var key in keys) await Row(key, "service").WriteAsync($"I am {key}");

        foreach (var key in keys)
        {
            var read = await Row(key, "service").ReadAsync();
            Assert.Equal(key, read.Record.Columns!.Key);
            Assert.Contains($"I am {key}\"", read.Record.Payload, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_same_key_of_another_kind_is_another_row()
    {
        await Row("checkout", "service").WriteAsync("a service");
        await Row("checkout", "environment").WriteAsync("an environment");

        var read = await Row("checkout", "service").ReadAsync();
        Assert.Equal("service", read.Record.Columns!.Kind);
        await AssertClean();
    }

    [Fact]
    public async Task Columns_of_another_grain_are_refused()
    {
        var held = new GrainState<RowRecord>(new RowRecord
        {
            Columns = new RowColumns("rollout", "mine", 1, GrainRow.Start, "Pending", null, null, null, null, null),
            Payload = "{}",
            Transition = "{}",
        });

        await Assert.ThrowsAsync<ArgumentException>(() => Store.Storage.WriteStateAsync(
            "rollout", Orleans.Runtime.GrainId.Create("grain", "yours"), held));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.Storage.WriteStateAsync(
            "slot", Orleans.Runtime.GrainId.Create("grain", "mine"), held));
    }

    [Fact]
    public async Task A_stale_etag_changes_nothing_and_appends_nothing()
    {
        var first = await Row("stale").WriteAsync("one");
        var twin = first.Twin();
        await first.WriteAsync("two");

        await Assert.ThrowsAsync<InconsistentStateException>(() => twin.WriteAsync("another two"));

        var log = await LogOf("stale");
        Assert.Equal([1L, 2L], log.Select(entry => entry.Sequence));
        Assert.Contains("\"two\"", log[1].Transition, StringComparison.Ordinal);
        var read = await Row("stale").ReadAsync();
        Assert.Equal(first.Record.Payload, read.Record.Payload);
        Assert.Equal("2", read.Etag);
    }

    [Fact]
    public async Task A_write_on_top_of_a_row_that_is_not_there_is_stale()
    {
        var first = await Row("here").WriteAsync();
        var ghost = new GrainState<RowRecord>(
            new RowRecord
            {
                Columns = first.Record.Columns! with { Key = "gone", Sequence = 2 },
                Payload = "{}",
                Transition = "{}",
            },
            "1");

        await Assert.ThrowsAsync<InconsistentStateException>(() => Store.Storage.WriteStateAsync(
            "rollout", Orleans.Runtime.GrainId.Create("grain", "gone"), ghost));
        Assert.Null(await Store.Rows.GetAsync("rollout", "gone", default));
        Assert.Empty(await LogOf("gone"));
    }

    [Fact]
    public async Task Of_racing_first_writes_exactly_one_wins()
    {
        for (var round = 0; round < 20; round++)
        {
            var key = $"race-{round}";
            var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => TryWrite(Row(key), $"racer {i}")));

            Assert.Equal(1, outcomes.Count(won => won));
            Assert.Single(await LogOf(key));
        }

        await AssertClean();
    }

    [Fact]
    public async Task Of_racing_next_writes_exactly_one_wins()
    {
        var row = await Row("race").WriteAsync();
        for (var round = 0; round < 20; round++)
        {
            var twins = Enumerable.Range(0, 8).Select(_ => row.Twin()).ToArray();
            var outcomes = await Task.WhenAll(twins.Select((twin, i) => TryWrite(twin, $"round {round} racer {i}")));

            Assert.Equal(1, outcomes.Count(won => won));
            row = twins[Array.IndexOf(outcomes, true)];
        }

        Assert.Equal(21, (await LogOf("race")).Count);
        await AssertClean();
    }

    [Fact]
    public async Task A_conflict_does_not_disturb_writes_beside_it()
    {
        var stale = (await Row("stale").WriteAsync()).Twin();
        await (await Row("stale").ReadAsync()).WriteAsync();
        var many = Enumerable.Range(0, 40).Select(i => TryWrite(Row($"beside-{i}"), "fine"));
        var outcomes = await Task.WhenAll(many.Append(TryWrite(stale, "late")));

        Assert.All(outcomes[..^1], Assert.True);
        Assert.False(outcomes[^1]);
        await AssertClean();
    }

    [Fact]
    public async Task A_row_that_cannot_be_logged_is_not_written_either()
    {
        await Row("both").WriteAsync();
        await ExecuteAsync("INSERT INTO log (position, kind, key, seq, at, transition) "
            + "VALUES (1000000000000, 'rollout', 'both', 2, 0, '{}')");

        await Assert.ThrowsAnyAsync<Exception>(async () => await (await Row("both").ReadAsync()).WriteAsync("two"));

        Assert.Equal("1", (await Row("both").ReadAsync()).Etag);
        await ExecuteAsync("DELETE FROM log WHERE seq = 2");
        await (await Row("both").ReadAsync()).WriteAsync("two, again");
        await AssertClean();
    }

    [Fact]
    public async Task A_write_that_cannot_begin_ends_in_time_and_the_row_can_be_read_and_written_again()
    {
        var row = await Row("blocked").WriteAsync("before");
        await using (await BlockAsync())
        {
            var started = Stopwatch.GetTimestamp();
            await Assert.ThrowsAnyAsync<Exception>(() => row.Twin().WriteAsync("blocked"));
            Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(15));
            Assert.Equal(1, (await Row("blocked").ReadAsync()).Sequence);
        }

        await (await Row("blocked").ReadAsync()).WriteAsync("after");
        Assert.Equal([1L, 2L], (await LogOf("blocked")).Select(entry => entry.Sequence));
        await AssertClean();
    }

    private static async Task<bool> TryWrite(GrainRow row, string note)
    {
        // Off this thread: the embedded drivers finish their work before they return.
        await Task.Yield();
        try
        {
            await row.WriteAsync(note);
            return true;
        }
        catch (InconsistentStateException)
        {
            return false;
        }
    }

}
