using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Specs;
using OrleansRelease.Files;

namespace OrleansRelease.Adapters.Targets.Process;

/// <summary>
/// The slots' files. Nothing is kept in memory: whoever holds a slot's lock, in this process or another, reads what is
/// there, and a reader without the lock sees one whole record or the one before it.
/// </summary>
internal sealed class SlotFiles(string dataFolder, TimeProvider time)
{
    private const string RecordFile = "slot.json";

    private static readonly TimeSpan LockPoll = TimeSpan.FromMilliseconds(10);

    // Without links: an instance is known by the log that it holds, and the kernel tells that one's real path.
    private readonly string _root = RealPath.Of(Path.Combine(dataFolder, "targets", ProcessWords.Target));

    public string FolderOf(SlotKey slot) => Path.Combine(_root, slot.ToString());

    public IReadOnlyList<SlotKey> Slots() =>
        !Directory.Exists(_root)
            ? []
            : [.. Directory.EnumerateDirectories(_root)
                .Select(folder => SlotKey.Parse(Path.GetFileName(folder))).OfType<SlotKey>().Order(BySlot)];

    public SlotReading Look(SlotKey slot) => SlotReading.Of(Path.Combine(FolderOf(slot), RecordFile));

    public SlotRecord Read(SlotKey slot) => Look(slot) switch
    {
        SlotReading.Known known => known.Record,
        SlotReading.Unreadable unreadable => throw new SlotUnreadableException(unreadable.Reason),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>Waits for the slot's lock, which is only ever held for a moment.</summary>
    public Task<OpenSlot> OpenAsync(SlotKey slot, CancellationToken cancellation) =>
        WaitAsync(() => TryOpen(slot), cancellation);

    /// <summary>
    /// Held while ports are chosen and written down. Whoever holds a slot's lock may wait for it, never the reverse.
    /// </summary>
    public async Task<IDisposable> LockPortsAsync(CancellationToken cancellation) =>
        await WaitAsync(() => FolderLock.TryTake(_root), cancellation);

    /// <summary>The slot with its lock, or null when somebody else is at it.</summary>
    public OpenSlot? TryOpen(SlotKey slot)
    {
        var held = TakeLock(FolderOf(slot));
        if (held is null) return null;
        try
        {
            AtomicFile.DeleteHalfWritten(FolderOf(slot));
            return new OpenSlot(this, slot, held, Read(slot));
        }
        catch (SlotUnreadableException)
        {
            // Else the next call would wait for a lock that nobody gives back, and never learn why.
            held.Dispose();
            throw;
        }
    }

    /// <summary>When this returns the record survives a loss of power; before that the old one does.</summary>
    internal void Write(SlotKey slot, SlotRecord record) =>
        AtomicFile.Write(Path.Combine(FolderOf(slot), RecordFile), Vocabulary.Write(record));

    private static FolderLock? TakeLock(string folder)
    {
        try
        {
            return FolderLock.TryTake(folder);
        }
        catch (UnauthorizedAccessException failure)
        {
            throw new SlotUnreadableException(failure.Message);
        }
    }

    private async Task<T> WaitAsync<T>(Func<T?> tryTake, CancellationToken cancellation)
        where T : class
    {
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            if (tryTake() is { } taken) return taken;
            await Task.Delay(LockPoll, time, cancellation);
        }
    }

    private static readonly Comparer<SlotKey> BySlot =
        Comparer<SlotKey>.Create((a, b) => string.CompareOrdinal(a.ToString(), b.ToString()));
}

/// <summary>A slot whose lock is held until this is disposed.</summary>
internal sealed class OpenSlot(SlotFiles files, SlotKey key, FolderLock held, SlotRecord record) : IDisposable
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
