namespace OrleansRelease.Host.Samples;

/// <summary>
/// So many requests are served at once by the sample service. There is no waiting line: who finds no place fails.
/// </summary>
internal sealed class SamplePlaces(int capacity)
{
    private readonly Lock _lock = new();
    private int _taken;

    public bool TryEnter()
    {
        lock (_lock)
        {
            if (_taken >= capacity) return false;
            _taken++;
            return true;
        }
    }

    public void Leave()
    {
        lock (_lock) _taken--;
    }
}
