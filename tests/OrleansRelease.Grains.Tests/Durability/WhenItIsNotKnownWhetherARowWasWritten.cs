using OrleansRelease.Core.Durability;
using OrleansRelease.Grains.Durability;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Tests.Durability;

/// <summary>A store that does not answer, neither to the write nor to the question what became of it.</summary>
public sealed class WhenItIsNotKnownWhetherARowWasWritten
{
    /// <summary>Whoever takes an activation over that moves would take it for what is stored.</summary>
    [Fact]
    public async Task It_does_not_go_along_with_what_moves()
    {
        var storage = new Silent();
        var row = new CommittedRow<NoteState>(storage, new Format());
        var written = Assert.IsType<StepResult<NoteState>.Written>(new NoteDecider().Step(
            row.Row, new NoteInput("hello"), null, 1, DateTimeOffset.UnixEpoch));

        var commit = await row.WriteAsync(
            written, new RowColumns(
                NoteGrain.Name, "a", 1, DateTimeOffset.UnixEpoch, "Written", null, null, null, null, null), "hello");

        Assert.IsType<Commit.Lost>(commit);
        Assert.Equal(("", 0), (storage.State.Payload, (int)row.Row.Sequence));
    }

    private sealed class Silent : IPersistentState<RowRecord>
    {
        public RowRecord State { get; set; } = new();

        public string Etag => "";

        public bool RecordExists => false;

        public Task ClearStateAsync() => throw new NotSupportedException();

        public Task WriteStateAsync() => throw new TimeoutException();

        public Task ReadStateAsync() => throw new TimeoutException();
    }

    private sealed class Format : IStoreFormat
    {
        public int Newest => 1;

        public int Write => 1;

        public Task AskAsync(CancellationToken cancellation) => Task.CompletedTask;
    }
}
