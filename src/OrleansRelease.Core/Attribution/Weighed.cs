namespace OrleansRelease.Core.Attribution;

/// <summary>One suspect with its evidence.</summary>
internal sealed record Weighed(
    Suspect Suspect, ContrastEvidence? Contrast, TrackingEvidence Tracking, DelayEvidence Delay)
{
    // A culprit shows where it reached, mostly; seldom only its callers find its answers bad, or both sides suffer.
    private const double ShowsAtTheDegraded = 0.95, ShowsAtItsOwn = 0.8;

    public bool HasBegun => Delay.LogFactor > Attribution.Delay.Never;

    public Factors Factors => new(OfContrast, Ln(Tracking.LogFactor), Ln(Delay.LogFactor));

    private double OfContrast => Contrast switch
    {
        null => 0,
        { SeenAt: SeenAt.TheDegraded } at => Mixed(ShowsAtTheDegraded, Ln(at.LogFactor)),
        { } at => Mixed(ShowsAtItsOwn, Ln(at.LogFactor)),
    };

    private static double Mixed(double shows, double log) => Logs.Sum([Math.Log(shows) + log, Math.Log(1 - shows)]);

    private static double Ln(double log10) => log10 * Math.Log(10);
}
