using MathNet.Numerics.Distributions;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Analysis.Sequential;

namespace OrleansRelease.LoadTests.Judges.Traffic;

/// <summary>One minute of both versions, as it was read; nothing where a version was not scraped twice.</summary>
internal sealed record WindowPair(
    int Number, Reading CanaryErrors, Reading StableErrors, Histogram? CanaryLatency, Histogram? StableLatency);

/// <summary>Two hours in windows of a minute, with 1, 10 and 50 % of requests on the canary.</summary>
internal static class SimulatedRollout
{
    public const int Windows = 120;

    private const double Back = 0.8;

    private const int WindowsPerStep = 40;

    private static readonly double[] Shares = [0.01, 0.1, 0.5];

    /// <summary>All windows but the first of each step: it overlaps the change, so nobody looks at it.</summary>
    /// <param name="buckets">Without them only errors are counted, in a fraction of the time.</param>
    public static List<WindowPair> Run(
        TrafficShape shape, Behaviour stable, Behaviour canary, Random random, bool buckets = true)
    {
        var ofCanary = new Instances(random, canary, uptime: 0);
        var ofStable = new Instances(random, stable, uptime: 1_000_000);
        var requests = new Shocks(shape.Bursts, random);
        var failures = new Shocks(shape.Failures, random);
        var slowdowns = new Shocks(shape.Slowdowns, random);
        var pairs = new List<WindowPair>(Windows);
        for (var number = 0; number < Windows; number++)
        {
            var step = number / WindowsPerStep;
            var rate = shape.PerSecond * requests.Next()
                * (1 + (shape.Swing * Math.Sin(2 * Math.PI * number / Windows)));
            var (fails, slow) = (failures.Next(), slowdowns.Next());
            var (cAlone, sAlone) = (Alone(shape, random), Alone(shape, random));
            double Cold(double at) => shape.Cold.LeftAfter(at - (step * WindowsPerStep * 60));
            var (cErrors, cLatency) = ofCanary.Run(
                number * 60, rate * Shares[step],
                at => (canary.Errors * fails * cAlone) + (shape.Cold.Errors * Cold(at)),
                !buckets ? null : (i, at) => canary.Latency.Within(
                    Instances.Bounds[i], slow * (1 + (shape.Cold.Slower * Cold(at)))));
            var (sErrors, sLatency) = ofStable.Run(
                number * 60, rate * (1 - Shares[step]),
                _ => stable.Errors * fails * sAlone,
                !buckets ? null : (i, _) => stable.Latency.Within(Instances.Bounds[i], slow));
            if (number % WindowsPerStep != 0) pairs.Add(new(number, cErrors, sErrors, cLatency, sLatency));
        }

        return pairs;
    }

    private static double Alone(TrafficShape shape, Random random) =>
        shape.Alone > 0 ? LogNormal.Sample(random, -shape.Alone * shape.Alone / 2, shape.Alone) : 1;

    /// <summary>Factors around one: each logarithm has 0.8 of the one before it.</summary>
    private sealed class Shocks(double size, Random random)
    {
        private double _now = Normal.Sample(random, 0, 1);

        public double Next()
        {
            _now = (Back * _now) + Normal.Sample(random, 0, Math.Sqrt(1 - (Back * Back)));
            return Math.Exp((size * _now) - (size * size / 2));
        }
    }
}
