namespace OrleansRelease.Core.Attribution;

/// <summary>
/// How the steps of a suspect lie before the onset. What a step breaks mostly breaks at once, seldom later, and then
/// at any time; a cause outside begins at any time. A suspect with many steps has many chances to have stepped just
/// before, so the density is the mean over its steps.
/// </summary>
internal static class Delay
{
    /// <summary>The factor of one that had not begun: as good as none, and it can be written down.</summary>
    public const double Never = -99;

    private const double AtOnce = 0.8, MinutesAtOnce = 4, MinutesAtAll = 60;

    public static DelayEvidence Of(Suspect suspect, Anomaly anomaly, TimeSpan blur)
    {
        var delays = Rising(suspect)
            .Where(step => step.At <= anomaly.Onset + blur)
            .Select(step => Math.Max(0, (anomaly.Onset - step.At).TotalMinutes)).ToList();
        if (delays.Count == 0) return new(null, Never);
        var density = delays.Average(delay => (AtOnce * Math.Exp(-delay / MinutesAtOnce) / MinutesAtOnce)
            + (delay <= MinutesAtAll ? (1 - AtOnce) / MinutesAtAll : (1 - AtOnce) / MinutesAtAll / 10));
        return new(
            TimeSpan.FromSeconds(Math.Round(delays.Min() * 60)),
            Math.Log10(density * MinutesAtAll));
    }

    private static IEnumerable<ShareStep> Rising(Suspect suspect) =>
        suspect.Steps.Where((step, i) => step.Share > (i == 0 ? 0 : suspect.Steps[i - 1].Share));
}
