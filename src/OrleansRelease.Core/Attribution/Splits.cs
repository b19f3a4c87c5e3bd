using System.Collections.Immutable;

namespace OrleansRelease.Core.Attribution;

/// <summary>
/// Makes splits of two series of counts: all requests, and those that one version has served. What it served is left
/// out of the rest; a stretch in which that is more than all says nothing.
/// </summary>
public static class Splits
{
    // Each count is extrapolated for itself: so much more than all is all of them.
    private const double Hair = 1.01;

    public static Split? Of(SeenAt seenAt, ImmutableArray<Stretch> all, ImmutableArray<Stretch> reached)
    {
        var its = reached.ToDictionary(one => one.End, one => one.Requests);
        var stretches = all
            // Before its first request a version has no count, and has reached nobody.
            .Select(one => (one, Its: its.GetValueOrDefault(one.End)))
            .Where(pair => pair.one.Requests.IsUsable && pair.Its.IsUsable
                && pair.Its.Total <= pair.one.Requests.Total * Hair && pair.Its.Bad <= pair.one.Requests.Bad * Hair)
            .Select(pair => new SplitStretch(
                pair.one.Start, pair.one.End, pair.Its, Rest(pair.one.Requests, pair.Its)))
            .ToImmutableArray();
        return stretches.IsEmpty ? null : new(seenAt, stretches);
    }

    private static Count Rest(Count all, Count its)
    {
        var total = Math.Max(0, all.Total - its.Total);
        return new(Math.Clamp(all.Bad - its.Bad, 0, total), total);
    }
}
