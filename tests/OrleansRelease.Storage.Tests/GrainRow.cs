using System.Data.Common;
using System.Globalization;
using Orleans.Storage;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Storage.Tests;

/// <summary>What a grain holds of its row: a state that only knows its place in the chain.</summary>
internal sealed class GrainRow(IGrainStorage storage, string key, string kind = "rollout")
{
    public static DateTimeOffset Start { get; } = new(2026, 11, 24, 9, 30, 0, TimeSpan.Zero);

    private sealed record State(long Sequence, string Head, string Note);

    private sealed record Step(long Sequence, string Previous, string Note);

    private readonly GrainId _id = GrainId.Create("grain", key);
    private GrainState<RowRecord> _held = new(new RowRecord());

    public RowRecord Record => _held.State ?? new RowRecord();

    public string? Etag => _held.ETag;

    public bool Exists => _held.RecordExists;

    public string Head { get; private set; } = "";

    public long Sequence { get; private set; }

    public string LastTransition { get; private set; } = "";

    public async Task<GrainRow> ReadAsync()
    {
        await storage.ReadStateAsync(kind, _id, _held);
        if (_held.RecordExists)
        {
            var state = Vocabulary.Read<State>(Record.Payload);
            (Head, Sequence) = (state.Head, state.Sequence);
        }

        return this;
    }

    public async Task<GrainRow> WriteAsync(
        string note = "", string phase = "Progressing", DateTimeOffset? nextWake = null, string? service = "checkout",
        string? environment = "production", DateTimeOffset? at = null, IReadOnlyList<Ring>? rings = null)
    {
        var sequence = Sequence + 1;
        var transition = Vocabulary.Write(new Step(sequence, Head, note));
        var head = TransitionHash.Of(transition);
        _held.State = new RowRecord
        {
            Columns = new RowColumns(
                kind, key, sequence, at ?? Start.AddSeconds(sequence), phase, ServiceName.Parse(service),
                EnvironmentName.Parse(environment), VersionName.From("3.2.0"), "sha256:abc", nextWake)
            {
                Rings = rings ?? [],
            },
            Payload = Vocabulary.Write(new State(sequence, head, note)),
            Transition = transition,
        };
        await storage.WriteStateAsync(kind, _id, _held);
        (Head, Sequence, LastTransition) = (head, sequence, transition);
        return this;
    }

    /// <summary>
    /// Writes as a grain does: after a failure it reads again, and finds its own transition or that nothing moved.
    /// </summary>
    public async Task<GrainRow> WriteSurelyAsync(string note, int attempts = 20)
    {
        for (var attempt = 1; ; attempt++)
        {
            var before = Sequence;
            try
            {
                return await WriteAsync(note);
            }
            catch (Exception error) when (attempt < attempts && error is DbException or TimeoutException)
            {
                var wanted = TransitionHash.Of(Record.Transition);
                await ReadAsync();
                if (Head == wanted) return this;
                Assert.Equal(before, Sequence);
            }
        }
    }

    /// <summary>The same grain somewhere else: it knows what this one knows.</summary>
    public GrainRow Twin()
    {
        var twin = new GrainRow(storage, key, kind) { Head = Head, Sequence = Sequence };
        twin._held = new GrainState<RowRecord>(new RowRecord(), _held.ETag) { RecordExists = _held.RecordExists };
        return twin;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{kind}/{key} at {Sequence}");
}
