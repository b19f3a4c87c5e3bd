using Orleans.Storage;
using OrleansRelease.Ports.Storage;
using OrleansRelease.Storage.Bells;
using OrleansRelease.Storage.Tests.Streams;

namespace OrleansRelease.Storage.Tests.Contract;

public abstract partial class StoreContract
{
    [Fact]
    public async Task A_write_leaves_a_bell_for_each_stream_that_it_rings_and_none_without()
    {
        var row = await Row("rings").WriteAsync(rings: [new("slot", "a.p", 0), new("release", "r-1", 0)]);
        await row.WriteAsync();
        await row.WriteAsync(rings: [new("slot", "a.p", 1)]);

        var bells = await new BellReading(Store).NewAsync();

        var log = await LogOf("rings");
        Assert.Equal(
            [("slot", "a.p", 1L, 0L), ("release", "r-1", 1L, 0L), ("slot", "a.p", 3L, 1L)],
            bells.Select(bell => (bell.StreamKind, bell.StreamKey, bell.Sequence, bell.Previous)));
        Assert.Equal(
            [log[0].Position, log[0].Position, log[2].Position], bells.Select(bell => bell.Id.Position));
        Assert.All(bells, bell => Assert.Equal(("rollout", "rings"), (bell.Kind, bell.Key)));
        Assert.Equal(log[2].At, bells[2].At);
        Assert.Empty((await Row("rings").ReadAsync()).Record.Columns!.Rings);
        await AssertClean();
    }

    [Fact]
    public async Task A_stale_etag_rings_nothing()
    {
        var first = await Row("stale").WriteAsync("one");
        var twin = first.Twin();
        await first.WriteAsync("two");
        var rung = Store.Get<IDoorbell>().Rung;

        await Assert.ThrowsAsync<InconsistentStateException>(() => twin.WriteAsync(rings: [new("slot", "a.p", 0)]));

        Assert.Empty(await new BellReading(Store).NewAsync());
        Assert.Equal(rung, Store.Get<IDoorbell>().Rung);
    }

    [Fact]
    public async Task A_stream_cannot_be_rung_twice_by_one_write_nor_after_a_later_one()
    {
        await Assert.ThrowsAsync<ArgumentException>(
            () => Row("twice").WriteAsync(rings: [new("slot", "a.p", 0), new("slot", "a.p", 0)]));
        await Assert.ThrowsAsync<ArgumentException>(() => Row("late").WriteAsync(rings: [new("slot", "a.p", 1)]));

        Assert.Empty(await Store.Log.TailAsync(0, 10, default));
    }

    [Fact]
    public async Task A_durable_write_is_heard_by_all_that_wait_and_by_the_queue_that_it_rings()
    {
        var doorbell = Store.Get<Doorbell>();
        var queue = doorbell.Of(Queues.Of("slot", "a.p"));
        var heard = Task.WhenAll(
            doorbell.WaitAsync(doorbell.Rung, Eventually.Patience, default),
            queue.WaitAsync(queue.Rung, Eventually.Patience, default));
        var others = Enumerable.Range(0, Queues.Count).Select(doorbell.Of).Except([queue]).Sum(one => one.Rung);

        await Row("heard").WriteAsync(rings: [new("slot", "a.p", 0)]);

        await heard.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(
            others, Enumerable.Range(0, Queues.Count).Select(doorbell.Of).Except([queue]).Sum(one => one.Rung));
    }

    [Fact]
    public async Task Many_bells_are_read_in_pages_each_once_until_they_are_heard()
    {
        // As many at once as a pool has connections for: it is reading that is tried here.
        await Parallel.ForEachAsync(
            Enumerable.Range(0, StoredBells.MaxPage), new ParallelOptions { MaxDegreeOfParallelism = 16 },
            async (i, _) => await Row($"many-{i}").WriteAsync(
                rings: [new("slot", "a.p", 0), new("slot", "b.p", 0), new("slot", "c.p", 0)]));
        var reading = new BellReading(Store);

        var bells = await reading.NewAsync();

        Assert.Equal(3 * StoredBells.MaxPage, bells.Select(bell => bell.Id).Distinct().Count());
        Assert.Equal(3 * StoredBells.MaxPage, bells.Count);
        Assert.Empty(await reading.NewAsync());
        Assert.Equal(bells.Count, (await new BellReading(Store).NewAsync()).Count);
        await reading.HearAsync(bells.Skip(1));
        Assert.Equal([bells[0].Id], (await new BellReading(Store).NewAsync()).Select(bell => bell.Id));
    }
}
