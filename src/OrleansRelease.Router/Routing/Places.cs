using OrleansRelease.Core.Effects;

namespace OrleansRelease.Router.Routing;

/// <summary>
/// The requests of one slot under way, also while nothing is shed: whoever came before holds what is short as well.
/// <para>Class high always gets in, and so does everybody while nothing is shed. Class low does only while there is
/// room for it beside those of its class, those that nobody has asked for theirs, and what is kept for high: as many as
/// high had under way at most within as long as a version may be silent (<see cref="Heed"/>), but no less than
/// <see cref="Learning"/>. A place that was given away comes back within that time, unless its version goes on
/// answering. Before anything was seen nobody knows what high needs, and all is kept.</para>
/// A limiter with a number of permits does not do: what low may have depends on high, and both have to be seen at once.
/// </summary>
internal sealed class Places(TimeProvider time)
{
    /// <summary>For so long all is kept for class high, because nobody knows what it needs.</summary>
    public static readonly TimeSpan Learning = TimeSpan.FromSeconds(1);

    /// <summary>
    /// For so long a request of class low that was cut off keeps its place: its instance may not have noticed yet.
    /// </summary>
    public static readonly TimeSpan Cooling = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Queue<long> _cooling = new();
    private Shedding? _set;
    private int _unasked;
    private int _high;
    private int _low;
    private int _most;
    private int _mostBefore;
    private long _since;
    private TimeSpan _turnAfter;
    private TimeSpan _remembered;

    /// <summary>How many requests were let in and have not ended.</summary>
    public int UnderWay
    {
        get
        {
            lock (_gate) return _unasked + _high + _low - _cooling.Count;
        }
    }

    /// <summary>
    /// From here on this is shed. Who else is low has to be learnt anew, another capacity not. The most that high had
    /// is remembered for <paramref name="requestTimeout"/> at least, and for twice that at most.
    /// </summary>
    public void Heed(Shedding? set, TimeSpan requestTimeout)
    {
        lock (_gate)
        {
            Turn();
            if (set is not null && (_set is null || !set.HasClassesOf(_set)))
                (_most, _mostBefore, _since, _turnAfter) = (_high, int.MaxValue, time.GetTimestamp(), Learning);
            _remembered = requestTimeout > Learning ? requestTimeout : Learning;
            _set = set;
        }
    }

    /// <summary>Whether it gets in; then it has to <see cref="Leave"/>.</summary>
    public bool TryEnter(RequestClass asked, int capacity)
    {
        lock (_gate)
        {
            Turn();
            switch (asked)
            {
                case RequestClass.Low when (long)_unasked + _low + Math.Max(_most, _mostBefore) >= capacity:
                    return false;
                case RequestClass.Low:
                    _low++;
                    break;
                case RequestClass.High:
                    _most = Math.Max(_most, ++_high);
                    break;
                default:
                    _unasked++;
                    break;
            }
        }

        return true;
    }

    public void Leave(RequestClass asked, bool wasCutOff)
    {
        lock (_gate)
        {
            // First: it was there until now.
            Turn();
            switch (asked)
            {
                // No more than have places, so the queue is bounded by the capacity.
                case RequestClass.Low when wasCutOff:
                    _cooling.Enqueue(time.GetTimestamp());
                    break;
                case RequestClass.Low:
                    _low--;
                    break;
                case RequestClass.High:
                    _high--;
                    break;
                default:
                    _unasked--;
                    break;
            }
        }
    }

    private void Turn()
    {
        while (_cooling.TryPeek(out var cutOff) && time.GetElapsedTime(cutOff) >= Cooling)
        {
            _cooling.Dequeue();
            _low--;
        }

        var lasted = time.GetElapsedTime(_since);
        if (lasted < _turnAfter) return;
        // Whoever is under way at the turn counts for both stretches. Where nobody came or went for longer than is
        // remembered, it is only they.
        (_mostBefore, _most) = (lasted >= _turnAfter + _remembered ? _high : _most, _high);
        (_since, _turnAfter) = (time.GetTimestamp(), _remembered);
    }
}
