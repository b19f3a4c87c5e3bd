using Orleans.Storage;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Storage.Rows;

/// <summary>Gives Orleans' provider the frame of a record, and nothing else.</summary>
internal sealed class FrameSerializer : IGrainStorageSerializer
{
    public BinaryData Serialize<T>(T? input) => new(RowFrame.Write(RowsOnly(input)));

    public T Deserialize<T>(BinaryData input) => RowFrame.Read(input.ToMemory().Span) is T record
        ? record
        : throw NotARecord<T>();

    private static RowRecord RowsOnly<T>(T? input) => input as RowRecord ?? throw NotARecord<T>();

    private static NotSupportedException NotARecord<T>() =>
        new($"the provider '{StorageNames.Rows}' stores {nameof(RowRecord)}, not {typeof(T).Name}");
}
