using System.Text;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;

namespace OrleansRelease.Adapters.Targets.Process;

/// <summary>
/// The slots' files. Nothing is kept in memory: whoever holds a slot's lock, in this process or another, reads what is
/// there, and a reader without the lock sees one whole record or the one before it.
/// </summary>
internal sealed class SlotFiles(string dataFolder, TimeProvider time)
{
    private const string RecordFile = "slot.json";

    private static readonly TimeSpan LockPoll = TimeSpan.FromMilliseconds(10);

    private readonly string _root = Path.Combine(dataFolder, "targets", TargetCapabilities.Process);

    public string FolderOf(SlotKey slot) => Path.Combine(_root, slot.ToString());

    public IReadOnlyList<SlotKey> Slots() =>
        !Directory.Exists(_root)
            ? []
            : [.. Directory.EnumerateDirectories(_root)
                .Select(folder => SlotKey.Parse(Path.GetFileName(folder))).OfType<SlotKey>().Order(BySlot)];

    public SlotRecord Read(SlotKey slot)
    {
        var path = Path.Combine(FolderOf(slot), RecordFile);
        return File.Exists(path) ? Vocabulary.Read<SlotRecord>(File.ReadAllText(path)) : SlotRecord.Empty;
    }

    /// <summary>Waits for the slot's lock, which is only ever held for a moment.</summary>
    public async Task<OpenSlot> OpenAsync(SlotKey slot, CancellationToken cancellation)
    {
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            if (TryOpen(slot) is { } open) return open;
            await Task.Delay(LockPoll, time, cancellation);
        }
    }

    /// <summary>
    /// Held while ports are chosen and written down. Whoever holds a slot's lock may wait for it, never the reverse.
    /// </summary>
    public async Task<IDisposable> LockPortsAsync(CancellationToken cancellation)
    {
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            if (Lock(Path.Combine(_root, "ports.lock")) is { } held) return held;
            await Task.Delay(LockPoll, time, cancellation);
        }
    }

    /// <summary>The slot with its lock, or null when somebody else is at it.</summary>
    public OpenSlot? TryOpen(SlotKey slot)
    {
        var folder = FolderOf(slot);
        Directory.CreateDirectory(folder);
        // Advisory, dropped by the kernel when its holder dies, and not inherited by what the holder starts.
        var held = Lock(Path.Combine(folder, "lock"));
        return held is null ? null : new OpenSlot(this, slot, held, Read(slot));
    }

    /// <summary>When this returns the record survives a loss of power; before that the old one does.</summary>
    internal void Write(SlotKey slot, SlotRecord record)
    {
        var folder = FolderOf(slot);
        var next = Path.Combine(folder, RecordFile + ".next");
        using (var file = new FileStream(next, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            file.Write(Encoding.UTF8.GetBytes(Vocabulary.Write(record)));
            file.Flush(flushToDisk: true);
        }

        File.Move(next, Path.Combine(folder, RecordFile), overwrite: true);
        Libc.SyncFolder(folder);
    }

    private static readonly Comparer<SlotKey> BySlot =
        Comparer<SlotKey>.Create((a, b) => string.CompareOrdinal(a.ToString(), b.ToString()));

    private static FileStream? Lock(string path)
    {
        try
        {
            return new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException failure) when (failure.GetType() == typeof(IOException))
        {
            return null;
        }
    }
}

/// <summary>A slot whose lock is held until this is disposed.</summary>
internal sealed class OpenSlot(SlotFiles files, SlotKey key, FileStream held, SlotRecord record) : IDisposable
{
    public SlotKey Key => key;

    public string Folder => files.FolderOf(key);

    public SlotRecord Record { get; private set; } = record;

    public void Save(SlotRecord next)
    {
        if (ReferenceEquals(next, Record)) return;
        files.Write(key, next);
        Record = next;
    }

    public void Save(VersionRecord version) => Save(Record.With(version));

    public void Dispose() => held.Dispose();
}
