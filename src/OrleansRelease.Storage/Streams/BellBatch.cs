using Orleans.Providers.Streams.Common;
using Orleans.Streams;
using OrleansRelease.Core.Json;
using OrleansRelease.Storage.Bells;

namespace OrleansRelease.Storage.Streams;

/// <summary>
/// One bell on its way to its subscriber, as JSON of the one vocabulary: which type it is read as is the subscriber's
/// business.
/// </summary>
[GenerateSerializer, Immutable, Alias("orel.bell-batch")]
internal sealed class BellBatch : IBatchContainer
{
    [NonSerialized]
    private readonly StoredBell? _bell;

    private sealed record Words(string SourceKind, string SourceKey, long Sequence, long Previous);

    public BellBatch()
    {
    }

    public BellBatch(StoredBell bell)
    {
        _bell = bell;
        StreamId = StreamId.Create(bell.StreamKind, bell.StreamKey);
        Position = bell.Id.Position;
        Ring = bell.Id.Ring;
        Text = Vocabulary.Write(new Words(bell.Kind, bell.Key, bell.Sequence, bell.Previous));
    }

    /// <summary>Known only where it was read.</summary>
    public StoredBell Bell => _bell ?? throw new InvalidOperationException("a bell that has travelled");

    [Id(0)]
    public StreamId StreamId { get; private set; }

    [Id(1)]
    public long Position { get; private set; }

    [Id(2)]
    public int Ring { get; private set; }

    [Id(3)]
    public string Text { get; private set; } = "";

    public StreamSequenceToken SequenceToken => new EventSequenceTokenV2(Position, Ring);

    public IEnumerable<Tuple<T, StreamSequenceToken>> GetEvents<T>() =>
        [Tuple.Create(Vocabulary.Read<T>(Text), SequenceToken)];

    public bool ImportRequestContext() => false;
}
