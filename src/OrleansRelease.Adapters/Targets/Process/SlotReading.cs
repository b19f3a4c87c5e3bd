using System.Text.Json;
using OrleansRelease.Core.Json;

namespace OrleansRelease.Adapters.Targets.Process;

/// <summary>What there is to be read of a slot.</summary>
internal abstract record SlotReading
{
    private SlotReading()
    {
    }

    public sealed record Known(SlotRecord Record) : SlotReading;

    /// <summary>Damaged, another user's, or in words that only a newer build knows.</summary>
    public sealed record Unreadable(string Reason) : SlotReading;

    public static SlotReading Of(string path)
    {
        try
        {
            var record = Vocabulary.Read<SlotRecord>(File.ReadAllText(path));
            return record.IsWhole ? new Known(record) : new Unreadable($"{path}: something is missing in it");
        }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException)
        {
            return new Known(SlotRecord.Empty);
        }
        catch (Exception failure) when (failure is JsonException or NotSupportedException or ArgumentException
            or FormatException or IOException or UnauthorizedAccessException)
        {
            return new Unreadable($"{path}: {failure.Message}");
        }
    }
}

/// <summary>Nothing can be done in a slot whose record cannot be read; only a person can change that.</summary>
internal sealed class SlotUnreadableException(string reason)
    : IOException($"the slot's record cannot be read: {reason}");
