namespace OrleansRelease.Core.Analysis.Sequential;

/// <summary>
/// All that is remembered of one comparison between windows: sums, of one size for ever. A difference is weighed by
/// n·m/(n+m) of its window (Mantel and Haenszel), so that a rate that both share cancels out.
/// </summary>
/// <param name="Windows">Windows in which both versions had requests.</param>
/// <param name="Skipped">Windows without, or with readings that are none or contradict themselves.</param>
/// <param name="Weight">The sum of the weights.</param>
/// <param name="Weighed">The sum of weight times (canary's share - (1+tolerance) · stable version's share).</param>
/// <param name="Worse">The wagers on a canary that is worse than a difference allows.</param>
/// <param name="Better">The wagers on one that is not so much worse.</param>
public sealed record Evidence(
    int Windows,
    int Skipped,
    double CanaryBad,
    double CanaryTotal,
    double StableBad,
    double StableTotal,
    double Weight,
    double Weighed,
    Wagers Worse,
    Wagers Better,
    Dispersion Dispersion)
{
    public static Evidence None { get; } =
        new(0, 0, 0, 0, 0, 0, 0, 0, Wagers.None, Wagers.None, Dispersion.None);
}
