using System.Collections.Immutable;
using MathNet.Numerics.Distributions;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Analysis.Sequential;

namespace OrleansRelease.LoadTests.Judges.Traffic;

/// <summary>
/// One version's counters: all requests, errors, and cumulative buckets; scraped every 15 s. They are reset about once
/// in two hours, and what was counted since the scrape before is lost with them; one scrape in fifty is missing.
/// </summary>
internal sealed class Instances
{
    /// <summary>The bounds that Prometheus' clients have when nobody sets others, in seconds.</summary>
    public static readonly ImmutableArray<double> Bounds =
        [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private const double Every = 15;

    private const double Missing = 0.02;

    private const double Reset = Every / 7200;

    private const int Errors = 0;

    private const int FirstBucket = 1;

    private readonly Random _random;
    private readonly double _offset;
    private readonly List<Scrape> _scrapes = [];
    private double[] _counters;

    /// <param name="uptime">For how many requests it has been counting already.</param>
    public Instances(Random random, Behaviour behaviour, double uptime)
    {
        _random = random;
        _offset = random.NextDouble() * Every;
        _counters = new double[FirstBucket + Bounds.Length + 1];
        _counters[Errors] = Math.Round(uptime * behaviour.Errors);
        for (var i = 0; i < Bounds.Length; i++)
            _counters[FirstBucket + i] = Math.Round(uptime * behaviour.Latency.Within(Bounds[i], 1));
        _counters[^1] = uptime;
    }

    /// <summary>What is seen of one window of 60 s that begins at <paramref name="start"/>.</summary>
    /// <param name="rate">Requests per second.</param>
    /// <param name="errors">The share of errors, by the seconds since the start of all.</param>
    /// <param name="within">
    /// The share of requests within a bound, by its number and the seconds; without it no buckets are kept.
    /// </param>
    public (Reading Errors, Histogram? Latency) Run(
        double start, double rate, Func<double, double> errors, Func<int, double, double>? within)
    {
        _scrapes.Clear();
        for (var i = 0; i < 4; i++)
        {
            var at = start + _offset + (i * Every);
            Serve(rate * Every, errors(at), within is null ? null : bound => within(bound, at));
            if (_random.NextDouble() >= Missing) _scrapes.Add(new(at, [.. _counters]));
        }

        return Read(start, start + 60, within is not null);
    }

    private void Serve(double requests, double errors, Func<int, double>? within)
    {
        var kept = 1.0;
        if (_random.NextDouble() < Reset)
        {
            _counters = new double[_counters.Length];
            kept = _random.NextDouble();
        }

        var (count, below) = (0.0, 0.0);
        for (var bound = within is null ? Bounds.Length : 0; bound <= Bounds.Length; bound++)
        {
            var until = bound < Bounds.Length ? within!(bound) : 1;
            count += Arrivals(requests * kept * (until - below));
            below = until;
            _counters[FirstBucket + bound] += count;
        }

        _counters[Errors] += Failed((int)count, errors);
    }

    private (Reading, Histogram?) Read(double start, double end, bool buckets)
    {
        if (Increase.Of(_scrapes, _counters.Length - 1, start, end) is not { } all)
            return (new Reading.NoData("scraped less than twice"), null);
        var errors = new Reading.Counts(Increase.Of(_scrapes, Errors, start, end)!.Value, all);
        if (!buckets) return (errors, null);
        var within = ImmutableArray.CreateBuilder<Bucket>(Bounds.Length + 1);
        for (var i = 0; i < Bounds.Length; i++)
            within.Add(new(Bounds[i], Increase.Of(_scrapes, FirstBucket + i, start, end)!.Value));
        within.Add(new(double.PositiveInfinity, all));
        return (errors, new Histogram(within.MoveToImmutable()));
    }

    private double Arrivals(double expected) => expected > 0 ? Poisson.Sample(_random, expected) : 0;

    /// <summary>Binomial, by the distances from one to the next: as many draws as errors.</summary>
    private int Failed(int requests, double share)
    {
        if (share <= 0) return 0;
        var perTry = Math.Log(1 - Math.Min(share, 1 - 1e-12));
        var failed = 0;
        var at = Math.Log(1 - _random.NextDouble()) / perTry;
        while (at < requests)
        {
            failed++;
            at = Math.Floor(at) + 1 + (Math.Log(1 - _random.NextDouble()) / perTry);
        }

        return failed;
    }
}
