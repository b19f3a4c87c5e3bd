using OrleansRelease.Core.Effects;

namespace OrleansRelease.Adapters.Traffic.Yarp;

/// <summary>
/// The end of one attempt, early enough to answer before its caller gives it up. A way back looks only half as long: it
/// then goes by what is read back, and must not be late with that when the caller itself began late.
/// </summary>
internal sealed class Deadline(TimeProvider time, TimeSpan timeout, Direction direction)
{
    private static readonly TimeSpan MaxReserve = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(1);

    private readonly long _began = time.GetTimestamp();
    private readonly TimeSpan _limit = direction == Direction.Back ? timeout / 2
        : timeout - (timeout / 5 < MaxReserve ? timeout / 5 : MaxReserve);

    public TimeSpan Passed => time.GetElapsedTime(_began);

    public bool IsOver => Passed >= _limit;

    /// <summary>
    /// A limit for one look at what the router holds, so that one which hangs takes neither the time in which a change
    /// is sent nor that in which it is seen.
    /// </summary>
    public TimeSpan ForOneLook => AtMost(_limit / 4);

    /// <summary>A limit for the one call that is still made when it is over.</summary>
    public TimeSpan ForLastCall => (timeout - Passed) / 2 is var left && left > Least ? left : Least;

    /// <summary>A limit for one call: what is left, at most the given time.</summary>
    public TimeSpan AtMost(TimeSpan limit)
    {
        var left = _limit - Passed;
        return left <= Least ? Least : left < limit ? left : limit;
    }
}
