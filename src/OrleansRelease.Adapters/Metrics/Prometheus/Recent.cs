namespace OrleansRelease.Adapters.Metrics.Prometheus;

/// <summary>
/// What is made when it is first wanted, and so many of it at most: of more, the one goes that nobody has wanted for
/// the longest. Whoever has it still has it, and is only not known to those who come later.
/// </summary>
internal sealed class Recent<TKey, TValue>(int most, Func<TKey, TValue> make)
    where TKey : notnull
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, LinkedListNode<(TKey Key, TValue Value)>> _known = [];
    private readonly LinkedList<(TKey Key, TValue Value)> _byUse = [];

    public TValue Of(TKey key)
    {
        lock (_lock)
        {
            if (_known.TryGetValue(key, out var known)) _byUse.Remove(known);
            else known = _known[key] = new((key, make(key)));
            _byUse.AddLast(known);
            if (_known.Count > most) Forget(_byUse.First!);
            return known.Value.Value;
        }
    }

    private void Forget(LinkedListNode<(TKey Key, TValue Value)> last)
    {
        _known.Remove(last.Value.Key);
        _byUse.Remove(last);
    }
}
