namespace OrleansRelease.Grains.Effects;

/// <summary>
/// Bounds how many outcomes wait at one row to be heard. A row that tells many can be busy while all of them answer:
/// more than its mailbox holds would be turned away, and whoever asks it for something with them. Those of
/// ways back come next.
/// </summary>
internal sealed class ReportPlaces(RunnerOptions options)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<EffectOwner, Door> _doors = [];

    /// <summary>How many rows are being told something now.</summary>
    public int Rows
    {
        get
        {
            lock (_lock) return _doors.Count;
        }
    }

    /// <summary>Waits for a place; dispose what is returned to leave it.</summary>
    public async Task<IDisposable> EnterAsync(EffectOwner owner, bool isWayBack, CancellationToken cancellation)
    {
        var door = DoorOf(owner);
        try
        {
            return new Place(this, owner, door, await door.Places.EnterAsync(isWayBack, cancellation));
        }
        catch
        {
            Forget(owner, door);
            throw;
        }
    }

    private Door DoorOf(EffectOwner owner)
    {
        lock (_lock)
        {
            if (!_doors.TryGetValue(owner, out var door))
                _doors[owner] = door = new Door(new Bulkhead(options.ReportsPerRow, reserved: 0));
            door.Users++;
            return door;
        }
    }

    private void Forget(EffectOwner owner, Door door)
    {
        lock (_lock)
        {
            if (--door.Users == 0) _doors.Remove(owner);
        }
    }

    private sealed class Door(Bulkhead places)
    {
        public Bulkhead Places => places;

        public int Users { get; set; }
    }

    private sealed class Place(ReportPlaces all, EffectOwner owner, Door door, IDisposable place) : IDisposable
    {
        public void Dispose()
        {
            place.Dispose();
            all.Forget(owner, door);
        }
    }
}
