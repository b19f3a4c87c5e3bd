using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace OrleansRelease.Core.Analysis.Sequential;

/// <summary>How many requests of a window took at most <see cref="Le"/> seconds.</summary>
[JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
public sealed record Bucket(double Le, double Count);

/// <summary>
/// A version's requests of one window by how long they took: cumulative buckets in any order, the one up to infinity
/// among them, as Prometheus keeps them.
/// </summary>
public sealed record Histogram(ImmutableArray<Bucket> Buckets)
{
    /// <summary>More than a histogram has that somebody has written.</summary>
    public const int MostBuckets = 200;

    /// <summary>Each bucket is extrapolated for itself, so one may say a hair more than the next.</summary>
    private const double AHair = 1.001;

    /// <summary>
    /// Whether these can be the counts of one set of requests: all of them are counted, each bound once, and within a
    /// longer time there are no fewer.
    /// </summary>
    [JsonIgnore]
    public bool IsConsistent
    {
        get
        {
            if (Total is not { } total || !double.IsFinite(total)) return false;
            var most = 0d;
            var before = double.NegativeInfinity;
            foreach (var bucket in Buckets.OrderBy(bucket => bucket.Le))
            {
                if (!(bucket.Le > before) || !(bucket.Count >= 0) || bucket.Count * AHair < most) return false;
                (before, most) = (bucket.Le, Math.Max(most, bucket.Count));
            }

            return true;
        }
    }

    /// <summary>How many requests there were; null where no bucket has them all.</summary>
    [JsonIgnore]
    public double? Total => Buckets.FirstOrDefault(bucket => double.IsPositiveInfinity(bucket.Le))?.Count;

    /// <summary>
    /// The least bound, in seconds, within which such a share of requests was; null where only infinity is enough.
    /// </summary>
    public double? Within(double share) => Total is not { } all || !(all > 0) ? null
        : Buckets.Where(bucket => double.IsFinite(bucket.Le) && bucket.Count >= share * all)
            .Select(bucket => (double?)bucket.Le).Min();

    /// <summary>How many requests took longer than <paramref name="cut"/> seconds, if it is a bucket's bound.</summary>
    public Reading Above(double cut)
    {
        return Total is { } all && Buckets.FirstOrDefault(bucket => bucket.Le == cut)?.Count is { } fast
            ? new Reading.Counts(Math.Max(0, all - fast), all)
            : new Reading.NoData("no such bucket");
    }
}
