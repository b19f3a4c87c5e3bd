using MathNet.Numerics.Distributions;

namespace OrleansRelease.Core.Attribution;

/// <summary>
/// The failing share of the degraded service since the onset: as a suspect's share would make it, against a rise that
/// knows of no share. Both may be there at once or grow; how large is summed over, evenly over its logarithm. Where
/// the share has not moved the two differ only in what a small share cannot do.
/// </summary>
internal static class Tracking
{
    /// <summary>Time never says more than this either way (ln): its model of the service is a rough one.</summary>
    private const double Most = 9.2;

    /// <summary>What a stretch may be off by, relative, for reasons that no model here knows.</summary>
    private const double Rough = 0.25;

    /// <summary>More than one: a request may call a service several times.</summary>
    private const double LeastEffect = 0.005, MostEffect = 2;

    private const int Effects = 16;

    // How many minutes a rise may take to be complete, and how probable each is.
    private static readonly (double Minutes, double Log)[] Shapes =
        [(0, Math.Log(0.6)), (10, Math.Log(0.2)), (25, Math.Log(0.2))];

    private static readonly Curve[] Curves =
    [
        .. from shape in Shapes
           from k in Enumerable.Range(0, Effects)
           select new Curve(
               shape.Minutes, LeastEffect * Math.Pow(MostEffect / LeastEffect, k / (Effects - 1.0)),
               shape.Log - Math.Log(Effects)),
    ];

    /// <summary>So far before the onset what nobody noticed is looked for.</summary>
    private static readonly TimeSpan LookBack = TimeSpan.FromMinutes(60);

    public static TrackingEvidence Of(Suspect suspect, Anomaly anomaly, Rise rise)
    {
        var began = suspect.BeganAt is { } first && first < anomaly.Onset && rise.From == anomaly.Onset
            ? first > anomaly.Onset - LookBack ? first : anomaly.Onset - LookBack : rise.From;
        var points = rise.All.Where(stretch => stretch.Start >= began)
            .Select(stretch => new Point(
                stretch.Requests, suspect.ShareAt(Middle(stretch)), (Middle(stretch) - rise.From).TotalMinutes))
            .ToArray();
        var since = Array.FindAll(points, point => point.Minutes > 0);
        if (since.Length == 0) return new(0, 0, 0);
        var other = Curves.Select(curve => curve.Log + LogLikelihood(points, rise, curve, follows: false, 0)).ToArray();
        var from = new[] { 0, double.NegativeInfinity }.Take(points.Length > since.Length ? 2 : 1).ToArray();
        var follows = from.SelectMany(minutes => Curves.Select(curve =>
            curve.Log - Math.Log(from.Length) + LogLikelihood(points, rise, curve, follows: true, minutes)));
        var factor = Math.Clamp(Logs.Sum(follows) - Logs.Sum(other), -Most, Most);
        return new(since.Min(point => point.Share), since.Max(point => point.Share), factor / Math.Log(10));
    }

    /// <param name="from">Minutes from the onset at which what grows at once has begun.</param>
    private static double LogLikelihood(Point[] points, Rise rise, Curve curve, bool follows, double from)
    {
        var sum = 0.0;
        foreach (var (requests, share, minutes) in points)
        {
            var grown = curve.Minutes > 0 ? Math.Clamp(minutes / curve.Minutes, 0, 1) : minutes > from ? 1 : 0;
            var expected =
                Math.Min(0.999, rise.Rate + (curve.Effect * (follows ? share : 1) * grown)) * requests.Total;
            // Williams' extra variance beside the binomial's: Applied Statistics 31, 1982.
            var variance = (expected * (1 - (expected / requests.Total)) * rise.Dispersion)
                + Math.Pow(Rough * expected, 2) + 0.25;
            sum += Normal.PDFLn(expected, Math.Sqrt(variance), requests.Bad);
        }

        return sum;
    }

    private static DateTimeOffset Middle(Stretch stretch) => stretch.Start + ((stretch.End - stretch.Start) / 2);

    /// <summary>How long it grows, how large it becomes, and the logarithm of how probable that is.</summary>
    private readonly record struct Curve(double Minutes, double Effect, double Log);

    /// <summary>One stretch: its requests, the suspect's share in it, and its minutes since the onset.</summary>
    private readonly record struct Point(Count Requests, double Share, double Minutes);
}
