using System.Text.Json;

namespace PilotEndpoint;

/// <summary>Who may still change a slot; the higher wins.</summary>
public sealed record Fence(int Epoch, int Generation, int Ordinal)
{
    public bool IsLowerThan(Fence other) =>
        (Epoch, Generation, Ordinal).CompareTo((other.Epoch, other.Generation, other.Ordinal)) < 0;
}

/// <summary>The change with the highest fence that was accepted, and the versions that shall run.</summary>
public sealed record Slot(Fence? Fence, string? Do, string? Version, bool IsDone, string[] Wanted)
{
    public static readonly Slot Empty = new(null, null, null, false, []);
}

/// <summary>
/// What is kept of all slots, in one file: a fence is on the disk before anything is done by it, so that a call which
/// was overtaken stays so after a restart.
/// </summary>
public sealed class SlotFile(string file)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Slot> _slots = File.Exists(file)
        ? JsonSerializer.Deserialize<Dictionary<string, Slot>>(File.ReadAllText(file))!
        : [];

    public IReadOnlyList<(string Slot, string Version)> Wanted()
    {
        lock (_lock) return [.. _slots.SelectMany(slot => slot.Value.Wanted.Select(version => (slot.Key, version)))];
    }

    public Slot Of(string slot)
    {
        lock (_lock) return _slots.GetValueOrDefault(slot, Slot.Empty);
    }

    public void Keep(string name, Slot slot)
    {
        lock (_lock)
        {
            _slots[name] = slot;
            using (var next = File.Create(file + ".next"))
            {
                JsonSerializer.Serialize(next, _slots);
                next.Flush(flushToDisk: true);
            }

            File.Move(file + ".next", file, overwrite: true);
        }
    }
}
