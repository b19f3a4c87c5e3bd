namespace OrleansRelease.Core.Attribution;

/// <summary>
/// The requests of the degraded service before the onset and since, and what is expected of them. Stretches in which
/// somebody who was blamed before still had requests say nothing of the others, and are left out of those since.
/// </summary>
internal sealed record Rise(
    Count Before, IReadOnlyList<Stretch> All, double Rate, double Dispersion, DateTimeOffset From)
{
    /// <summary>Below this expected failing share nothing can be told from the few requests before.</summary>
    private const double LeastRate = 1e-4;

    /// <summary>How many standard deviations more bad requests than expected are a rise.</summary>
    private const double Clear = 3;

    /// <summary>So many bad requests tell nothing yet.</summary>
    private const double FewestBad = 3;

    public Count Since => SumSince(From);

    /// <summary>Whether there was a time since then up to which it was a rise: it may be over by now.</summary>
    public bool IsClear
    {
        get
        {
            var sum = default(Count);
            return All.Where(stretch => stretch.Start >= From).Any(stretch =>
            {
                sum += stretch.Requests;
                return sum.Bad >= FewestBad && sum.Bad - (Rate * sum.Total)
                    > 2 + (Clear * Math.Sqrt(Dispersion * Rate * sum.Total));
            });
        }
    }

    /// <summary>How much more of its requests were bad since then than is expected.</summary>
    public double ExcessRate(DateTimeOffset from) =>
        SumSince(from) is { Total: > 0 } since ? (since.Bad / since.Total) - Rate : 0;

    public static Rise Of(Anomaly anomaly, DateTimeOffset from, DateTimeOffset now)
    {
        var usable = anomaly.Stretches
            .Where(stretch => stretch.Requests is { IsUsable: true, Total: > 0 } && stretch.End <= now).ToList();
        var before = usable.Where(stretch => stretch.End <= anomaly.Onset).ToList();
        var sum = Count.Sum(before);
        var rate = Math.Clamp(sum.EstimatedShare, LeastRate, 0.5);
        return new(sum, usable, rate, Attribution.Dispersion.Of(before, rate), from);
    }

    private Count SumSince(DateTimeOffset from) => Count.Sum(All.Where(stretch => stretch.Start >= from));
}
