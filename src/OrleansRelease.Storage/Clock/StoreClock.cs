using System.Globalization;
using Microsoft.Extensions.Logging;
using OrleansRelease.Ports.Storage;
using OrleansRelease.Storage.Databases;

namespace OrleansRelease.Storage.Clock;

/// <summary>The store's time at the last exchange plus what has passed since.</summary>
internal sealed partial class StoreClock : IStoreClock
{
    private static readonly TimeSpan WorthSaying = TimeSpan.FromSeconds(1);

    private readonly Database _database;
    private readonly TimeProvider _time;
    private readonly ILogger<StoreClock> _logger;
    private volatile Exchange _last;
    private long _latest;

    public StoreClock(Database database, TimeProvider time, ILogger<StoreClock> logger)
        : this(
            database, Convert.ToInt32(database.Scalar("SELECT epoch FROM store"), CultureInfo.InvariantCulture),
            Micros.Time(Convert.ToInt64(database.Scalar($"SELECT {database.Clock}"), CultureInfo.InvariantCulture)),
            time, logger)
    {
        // Never before what is stored, also after the clock was set back.
        _latest = Convert.ToInt64(database.Scalar($"SELECT {database.Start}"), CultureInfo.InvariantCulture);
        NoteStandstill();
    }

    internal StoreClock(
        Database database, int epoch, DateTimeOffset start, TimeProvider time, ILogger<StoreClock> logger)
    {
        (_database, Epoch, _time, _logger) = (database, epoch, time, logger);
        _last = new Exchange(Micros.Of(start), time.GetTimestamp());
    }

    private sealed record Exchange(long Micros, long Timestamp);

    public int Epoch { get; }

    public DateTimeOffset Now
    {
        get
        {
            var last = _last;
            var now = last.Micros + (long)_time.GetElapsedTime(last.Timestamp).TotalMicroseconds;

            // An exchange may say that it is earlier than was thought. Then time stands still until it is not.
            var latest = Interlocked.Read(ref _latest);
            while (now > latest)
            {
                var seen = Interlocked.CompareExchange(ref _latest, now, latest);
                if (seen == latest) return Micros.Time(now);
                latest = seen;
            }

            return Micros.Time(latest);
        }
    }

    private void NoteStandstill()
    {
        var ahead = TimeSpan.FromMicroseconds(Interlocked.Read(ref _latest) - _last.Micros);
        if (ahead > WorthSaying) LogStandsStill(ahead);
    }

    /// <summary>Asks the store for its time; taken for that of the answer's arrival, so never ahead.</summary>
    public async Task ExchangeAsync(CancellationToken cancellation)
    {
        try
        {
            var micros = await _database.QueryAsync(
                new Statement($"SELECT {_database.Clock}"), reader => reader.GetInt64(0), cancellation);
            _last = new Exchange(micros[0], _time.GetTimestamp());
            NoteStandstill();
        }
        catch (Exception error) when (error is System.Data.Common.DbException or TimeoutException or IOException)
        {
            // What has passed since the last exchange is still known; only the drift is not corrected.
            LogNoExchange(error);
        }
    }
}
