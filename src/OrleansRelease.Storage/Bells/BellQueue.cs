using Microsoft.Extensions.Logging;
using OrleansRelease.Ports.Storage;
using OrleansRelease.Storage.Measuring;

namespace OrleansRelease.Storage.Bells;

/// <summary>
/// The bells of one queue as one server takes them out of the store: each is read as early as it can be seen, and
/// deleted when it was heard. No cursor that could pass one by is kept: what lies in the store is what has still to be
/// told, after a crash and after a restore too. Used by one thread at a time.
/// </summary>
internal sealed partial class BellQueue(
    int number, StoredBells stored, IStoreClock clock, TimeProvider time, ILogger<BellQueue> logger)
{
    /// <summary>How often it is read also when nothing has rung.</summary>
    public static readonly TimeSpan Fallback = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How often all of it is read, and not what came since: for a server of the database that others have taken the
    /// place of, which counts anew what it has lost.
    /// </summary>
    public static readonly TimeSpan Anew = TimeSpan.FromMinutes(1);

    /// <summary>How long a bell that was not heard rests before it is told again.</summary>
    public static readonly TimeSpan Rest = TimeSpan.FromSeconds(5);

    /// <summary>How long after its transition a bell that is not heard is still told.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>How many bells are under way at a time.</summary>
    private const int MaxTaken = 10_000;

    /// <summary>How many bells are deleted at a time.</summary>
    private const int MaxRemoved = 500;

    private static readonly TimeSpan RemoveEvery = TimeSpan.FromSeconds(1);

    private readonly HashSet<BellId> _taken = [];
    private readonly Dictionary<(string, string, string, string), Resting> _resting = [];
    private readonly List<BellId> _heard = [];
    private Task? _flush;
    private string? _seen;
    private string? _turning;
    private BellId _after;
    private long? _lastRead;
    private long _lastAnew;
    private long _lastRemoved = time.GetTimestamp();

    private sealed record Resting(StoredBell Bell, long Since);

    /// <summary>How long nothing has to be read unless it rings.</summary>
    public TimeSpan UntilRead
    {
        get
        {
            if (_turning is not null || _lastRead is not { } last) return TimeSpan.Zero;
            var left = Fallback - time.GetElapsedTime(last);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>One page of bells that were not taken before, and those that have rested.</summary>
    public async Task<IReadOnlyList<StoredBell>> ReadAsync(CancellationToken cancellation)
    {
        await RemoveAsync(cancellation);
        if (_turning is null) Begin();
        if (_taken.Count >= MaxTaken) return Rested();
        var page = await stored.ReadAsync(number, _seen, _after, cancellation);
        // What is committed while the pages are turned is looked for from the moment of the first page.
        _turning ??= page.Snapshot;
        if (page.Bells.Count == StoredBells.MaxPage) _after = page.Bells[^1].Id;
        else (_seen, _turning, _after) = (_turning, null, default);
        return [.. Rested(), .. page.Bells.Where(bell => _taken.Add(bell.Id))];
    }

    public void Heard(StoredBell bell)
    {
        StoreInstruments.OnHeard(clock.Now - bell.At);
        _heard.Add(bell.Id);
    }

    /// <summary>
    /// Nobody could hear it now. It stays where it is and is told again; of several of one source the newest is enough,
    /// for whoever hears that one reads what was before.
    /// </summary>
    public void Unheard(StoredBell bell)
    {
        if (clock.Now - bell.At > Patience)
        {
            LogForgotten(bell.StreamKind, bell.StreamKey, bell.Sequence, bell.Kind, bell.Key);
            _heard.Add(bell.Id);
            return;
        }

        LogUnheard(bell.StreamKind, bell.StreamKey, bell.Sequence, bell.Kind, bell.Key);
        var source = (bell.StreamKind, bell.StreamKey, bell.Kind, bell.Key);
        if (_resting.TryGetValue(source, out var other))
        {
            var (older, newer) = other.Bell.Sequence < bell.Sequence ? (other.Bell, bell) : (bell, other.Bell);
            _heard.Add(older.Id);
            bell = newer;
        }

        _resting[source] = new(bell, time.GetTimestamp());
    }

    /// <summary>
    /// Deletes all that was heard. One that ends waits for the one that is under way: of what that cannot delete it
    /// would not know, and both would delete the same.
    /// </summary>
    public async Task FlushAsync(CancellationToken cancellation)
    {
        while (_flush is { IsCompleted: false } other)
        {
            // What became of it its own caller hears; what it could not delete lies here again.
            await other.WaitAsync(cancellation).ConfigureAwait(
                ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            cancellation.ThrowIfCancellationRequested();
        }

        await (_flush = DeleteAsync(cancellation));
    }

    private async Task DeleteAsync(CancellationToken cancellation)
    {
        while (_heard.Count > 0)
        {
            // Taken out before: what is heard meanwhile comes behind, whatever becomes of these.
            var some = _heard.GetRange(0, Math.Min(MaxRemoved, _heard.Count));
            _heard.RemoveRange(0, some.Count);
            try
            {
                await stored.RemoveAsync(some, cancellation);
            }
            catch
            {
                _heard.InsertRange(0, some);
                throw;
            }

            // Forgotten only when it is gone: it would be read again, and told again.
            _taken.ExceptWith(some);
        }
    }

    private async Task RemoveAsync(CancellationToken cancellation)
    {
        if (_heard.Count < MaxRemoved && time.GetElapsedTime(_lastRemoved) < RemoveEvery) return;
        _lastRemoved = time.GetTimestamp();
        await FlushAsync(cancellation);
    }

    private void Begin()
    {
        var isFirst = _lastRead is null;
        _lastRead = time.GetTimestamp();
        if (!isFirst && time.GetElapsedTime(_lastAnew) < Anew) return;
        _lastAnew = time.GetTimestamp();
        _seen = null;
    }

    private List<StoredBell> Rested()
    {
        var rested = _resting.Where(one => time.GetElapsedTime(one.Value.Since) >= Rest).ToList();
        foreach (var (source, _) in rested) _resting.Remove(source);
        return [.. rested.Select(one => one.Value.Bell)];
    }
}
