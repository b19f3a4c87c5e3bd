using System.Collections.Immutable;

namespace OrleansRelease.Core.Analysis.Sequential;

/// <summary>
/// Whether the canary is slower: at every cut the share of requests that took longer is compared, so that a worse tail
/// or a wider spread is found where the median is the same.
/// </summary>
/// <param name="Cuts">Bounds of buckets in seconds, upwards, at most <see cref="MostCuts"/>.</param>
/// <param name="Comparison">
/// What holds for all cuts together; each gets an even part of its alpha. With a margin and a tolerance: at each cut
/// the canary's share may be (1 + tolerance) times the stable one's, plus the margin.
/// </param>
public sealed record LatencySpec(ImmutableArray<double> Cuts, SequentialSpec Comparison)
{
    /// <summary>More are thinned out, so that what is remembered stays small.</summary>
    public const int MostCuts = 12;

    /// <summary>A tenth of the share is within what two equal versions differ by for other reasons.</summary>
    public const double UsualTolerance = 0.1;

    /// <summary>What holds at each cut.</summary>
    public SequentialSpec AtCut => Comparison with { Alpha = Comparison.Alpha / Math.Max(1, Cuts.Length) };

    /// <summary>For the finite bounds of a histogram, evenly thinned out where they are too many.</summary>
    public static LatencySpec For(
        IEnumerable<double> bounds, double margin, int metrics, double falseAlarms = SequentialSpec.FalseAlarms)
    {
        var finite = bounds.Where(double.IsFinite).Distinct().Order().ToImmutableArray();
        var count = Math.Min(MostCuts, finite.Length);
        return new(
            [.. Enumerable.Range(1, count).Select(i => finite[(i * finite.Length / count) - 1])],
            SequentialSpec.For(margin, metrics, falseAlarms) with { Tolerance = UsualTolerance });
    }
}

/// <summary>What is remembered of it: the evidence at each cut, in the order of the spec's.</summary>
public sealed record LatencyEvidence(ImmutableArray<Evidence> Cuts)
{
    public static LatencyEvidence None(LatencySpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return new([.. spec.Cuts.Select(_ => Evidence.None)]);
    }
}
