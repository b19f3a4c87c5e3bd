using Microsoft.Extensions.Logging;
using OrleansRelease.Ports.Storage;
using OrleansRelease.Storage.Databases;

namespace OrleansRelease.Storage.Clock;

/// <summary>The store's time at the last exchange plus what has passed since.</summary>
internal sealed partial class StoreClock : IStoreClock
{
    private static readonly TimeSpan WorthSaying = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time;
    private readonly ILogger<StoreClock> _logger;
    private volatile Exchange _last;
    private long _latest;

    public StoreClock(Database database, TimeProvider time, ILogger<StoreClock> logger)
    {
        (Epoch, _time, _logger) = (database.Opened.Epoch, time, logger);
        using var connection = database.Open();
        // In one statement: between two of them it would stand still.
        using var command = new Statement($"SELECT {database.Clock}, {database.Start}").On(connection);
        using var reader = command.ExecuteReader();
        reader.Read();
        _last = new Exchange(reader.GetInt64(0), time.GetTimestamp());
        // Never before what is stored, also after the clock was set back.
        _latest = reader.GetInt64(1);
        NoteStandstill();
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

    /// <summary>The store has said its time; taken for that of the answer's arrival, so never ahead.</summary>
    public void Take(long micros)
    {
        _last = new Exchange(micros, _time.GetTimestamp());
        NoteStandstill();
    }
}
