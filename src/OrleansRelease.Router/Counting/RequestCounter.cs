namespace OrleansRelease.Router.Counting;

/// <summary>Requests of one version since it was known here; <see cref="Started"/> includes those under way.</summary>
internal readonly record struct Totals(long Started, long Total, long Bad);

/// <summary>
/// Counts one version's requests: in all, and in buckets of a quarter of a second for half an hour. A request belongs
/// to the moment at which it ended, so that a bucket that is over never changes.
/// </summary>
internal sealed class RequestCounter(TimeProvider time)
{
    public const int BucketMilliseconds = 250;

    public static readonly TimeSpan Kept = TimeSpan.FromMinutes(30);

    private static readonly int Buckets = (int)(Kept.TotalMilliseconds / BucketMilliseconds);

    private readonly Lock _gate = new();
    private Bucket[]? _ring;
    private long _newest;
    private Totals _totals;

    /// <summary>Unix milliseconds; before this moment nothing was counted.</summary>
    public long CoveredFrom { get; } = Now(time);

    public long LastUsed { get; private set; } = Now(time);

    public Totals Totals
    {
        get
        {
            lock (_gate) return _totals;
        }
    }

    public void Start()
    {
        lock (_gate)
        {
            _totals = _totals with { Started = _totals.Started + 1 };
        }
    }

    public void End(bool bad, bool slow)
    {
        lock (_gate)
        {
            _totals = _totals with { Total = _totals.Total + 1, Bad = _totals.Bad + (bad ? 1 : 0) };
            LastUsed = Now(time);
            // A clock that is set back must not change buckets that are over.
            _newest = Math.Max(_newest, LastUsed / BucketMilliseconds);
            _ring ??= new Bucket[Buckets];
            ref var bucket = ref _ring[_newest % Buckets];
            if (bucket.Number != _newest) bucket = new Bucket { Number = _newest };
            bucket.Total++;
            if (bad) bucket.Bad++;
            if (slow) bucket.Slow++;
        }
    }

    /// <summary>
    /// Counts the buckets that start within [from, to): windows that tile count every request once. What cannot be
    /// counted completely is said so; it is never a zero.
    /// </summary>
    public WindowCount Count(long from, long to)
    {
        var now = Now(time);
        var (first, end) = (Ceiling(from), Ceiling(to));
        if (end > now / BucketMilliseconds) return new WindowCount.NotOver();
        if (from < CoveredFrom) return new WindowCount.NotCovered(CoveredFrom);
        if (first <= now / BucketMilliseconds - Buckets) return new WindowCount.Forgotten();
        lock (_gate)
        {
            var (total, bad, slow) = (0L, 0L, 0L);
            for (var number = first; number < end && _ring is not null; number++)
            {
                var bucket = _ring[number % Buckets];
                if (bucket.Number != number) continue;
                total += bucket.Total;
                bad += bucket.Bad;
                slow += bucket.Slow;
            }

            return new WindowCount.Counted(
                total, bad, slow, first * BucketMilliseconds, end * BucketMilliseconds);
        }
    }

    private static long Ceiling(long milliseconds) => (milliseconds + BucketMilliseconds - 1) / BucketMilliseconds;

    private static long Now(TimeProvider time) => time.GetUtcNow().ToUnixTimeMilliseconds();

    private struct Bucket
    {
        public long Number;
        public int Total;
        public int Bad;
        public int Slow;
    }
}
