using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Router.Counting;
using OrleansRelease.Router.Slots;

namespace OrleansRelease.Router.Events;

/// <summary>
/// An append-only file of JSON lines for checkers outside: every change that was accepted, applied or refused, at its
/// moment, and every 100 ms what each version was sent and answered. All times are unix milliseconds.
/// </summary>
internal sealed class EventLog : IAsyncDisposable
{
    /// <summary>Above this, counts are no longer written; changes still are.</summary>
    public const long MaxCountBytes = 1L << 30;

    public static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly StreamWriter? _writer;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<(SlotKey, string), Totals> _written = [];
    private readonly Dictionary<SlotKey, long> _shed = [];
    private Task _following = Task.CompletedTask;

    private EventLog(StreamWriter? writer, TimeProvider time) => (_writer, _time) = (writer, time);

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    public static EventLog Open(string? path, TimeProvider time) =>
        new(path is null ? null : new StreamWriter(path, append: true), time);

    public void Started(string startId, RouterFault fault, IEnumerable<Slot> slots)
    {
        Write(new { At = Now, Event = "started", StartId = startId, Fault = fault });
        foreach (var slot in slots) Change("restored", slot.Key, slot.Acknowledged!);
    }

    public void Accepted(SlotKey slot, SlotConfiguration configuration) => Change("accepted", slot, configuration);

    public void Applied(SlotKey slot, SlotConfiguration configuration) => Change("applied", slot, configuration);

    public void Refused(SlotKey slot, SlotConfiguration wanted, string code, Fence accepted) => Write(new
    {
        At = Now,
        Event = "refused",
        Slot = slot,
        Fence = wanted.Fence.ToString(),
        wanted.Weights,
        Code = code,
        Accepted = accepted.ToString(),
    });

    /// <summary>Writes the counts until the log is closed.</summary>
    public void Follow(SlotTable table)
    {
        if (_writer is not null) _following = FollowAsync(table);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _following;
        _stop.Dispose();
        if (_writer is not null) await _writer.DisposeAsync();
    }

    private async Task FollowAsync(SlotTable table)
    {
        using var timer = new PeriodicTimer(Tick, _time);
        var from = Now;
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token)) from = WriteCounts(table, from);
        }
        catch (OperationCanceledException)
        {
            // The last counts, of requests that ended while the router stopped.
            WriteCounts(table, from);
        }
    }

    private long WriteCounts(SlotTable table, long from)
    {
        var now = Now;
        if (_writer!.BaseStream.Position > MaxCountBytes) return now;
        foreach (var slot in table.Slots)
        {
            WriteShed(slot, now, from);
            foreach (var (version, counter) in slot.Counters)
            {
                var totals = counter.Totals;
                var before = _written.GetValueOrDefault((slot.Key, version));
                // A version that came back after its counts were dropped starts at zero again.
                if (totals.Started < before.Started) before = default;
                _written[(slot.Key, version)] = totals;
                if (totals == before) continue;
                Write(new
                {
                    At = now,
                    Event = "requests",
                    Slot = slot.Key,
                    Version = version,
                    From = from,
                    Started = totals.Started - before.Started,
                    Total = totals.Total - before.Total,
                    Bad = totals.Bad - before.Bad,
                });
            }
        }

        return now;
    }

    private void WriteShed(Slot slot, long now, long from)
    {
        var (shed, before) = (slot.Shed, _shed.GetValueOrDefault(slot.Key));
        if (shed == before) return;
        _shed[slot.Key] = shed;
        Write(new { At = now, Event = "shed", Slot = slot.Key, From = from, Total = shed - before });
    }

    private void Change(string name, SlotKey slot, SlotConfiguration configuration) => Write(new
    {
        At = Now,
        Event = name,
        Slot = slot,
        Fence = configuration.Fence.ToString(),
        configuration.Weights,
        configuration.Shedding,
    });

    private void Write<T>(T line)
    {
        if (_writer is null) return;
        lock (_gate)
        {
            _writer.WriteLine(Vocabulary.Write(line));
            // To the operating system at once: what was written survives the end of this process.
            _writer.Flush();
        }
    }
}
