using System.Globalization;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Manifests;
using OrleansRelease.Core.Slos;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Tests.Slos;

/// <summary>
/// One objective with counts as they may be: quiet stretches, bursts as fast as the factors ask for, gaps, counts of
/// nothing, an end before the others. The same counts as a judge reads them and as Prometheus does.
/// </summary>
internal sealed class RandomSeries
{
    private static readonly (decimal Objective, int Days)[] Objectives =
        [(0.999m, 30), (0.99m, 28), (0.995m, 7), (0.9995m, 30), (0.9m, 14)];

    /// <summary>Where all of them are.</summary>
    public const string Environment = """
        apiVersion: orleansrelease/v1
        kind: Environment
        metadata: {name: production}
        spec:
          connections:
            target: {memory: {}}
            traffic: {memory: {}}
            metrics: {prometheus: {url: "http://prometheus.example.com"}}
        """;

    private readonly string _name;
    private readonly double?[] _counted;
    private readonly double?[] _total;
    private readonly bool _countsGood;

    public RandomSeries(int seed, TimeSpan interval, TimeSpan length)
    {
        var random = new Random(seed);
        _name = string.Create(CultureInfo.InvariantCulture, $"s{seed:0000}");
        var (objective, days) = Objectives[seed % Objectives.Length];
        _countsGood = seed % 3 == 0;
        var (counted, total) = (Query("counted"), Query("total"));
        Of = new(
            new SlotKey(ServiceName.From(_name), EnvironmentName.From("production")),
            new Slo(
                "availability", objective, TimeSpan.FromDays(days), "signals/errors",
                new MetricSource.Ratio(_countsGood ? null : counted, _countsGood ? counted : null, total), interval,
                TimeSpan.FromSeconds(1), random.Next(3) * 20));
        var count = (int)(length / interval) + 1;
        (_counted, _total) = (new double?[count], new double?[count]);
        Fill(random, (double)Of.Slo.ErrorShare);
        Tiles = new(
            interval,
            [
                .. Enumerable.Range(0, count).Where(i => _counted[i] is not null && _total[i] is not null).Select(i =>
                    new Tile(
                        At(i * interval),
                        _countsGood ? _total[i]!.Value - _counted[i]!.Value : _counted[i]!.Value, _total[i]!.Value)),
            ]);
    }

    public SloOf Of { get; }

    public TileSeries Tiles { get; }

    /// <summary>Prometheus' tests begin when the Unix epoch does.</summary>
    public static DateTimeOffset At(TimeSpan time) => DateTimeOffset.UnixEpoch + time;

    /// <summary>The service as people declare it, and the template that its objective is measured by.</summary>
    public IEnumerable<Manifest> Declared()
    {
        var slo = Of.Slo;
        var share = (slo.Objective * 100).ToString("0.###", CultureInfo.InvariantCulture);
        var read = ManifestReader.Read(
            $$$"""
            apiVersion: orleansrelease/v1
            kind: Service
            metadata: {name: {{{_name}}}}
            spec:
              slos:
                - {name: availability, objective: {{{share}}}%, window: {{{Duration.Format(slo.Window)}}},
                   metric: {{{_name}}}/errors}
            ---
            apiVersion: orleansrelease/v1
            kind: AnalysisTemplate
            metadata: {name: {{{_name}}}}
            spec:
              metrics:
                - name: errors
                  interval: {{{Duration.Format(slo.Interval)}}}
                  timeout: 1s
                  minSamples: {{{slo.MinSamples.ToString(CultureInfo.InvariantCulture)}}}
                  ratio:
                    {{{(_countsGood ? "good" : "bad")}}}: '{{{Query("counted")}}}'
                    total: '{{{Query("total")}}}'
                  max: 5%
            """,
            "declared.yaml");
        Assert.Empty(read.Problems);
        return read.Manifests;
    }

    /// <summary>What Prometheus scrapes.</summary>
    public IEnumerable<string> Scraped() => [Input("counted", _counted), Input("total", _total)];

    /// <summary>What the first two rules have recorded of it.</summary>
    public IEnumerable<string> Recorded() => [Input("bad", tile => tile.Bad), Input("total", tile => tile.Total)];

    private string Input(string what, Func<Tile, double> of)
    {
        var values = new double?[_total.Length];
        foreach (var tile in Tiles.Tiles)
            values[(int)((tile.End - DateTimeOffset.UnixEpoch) / Tiles.Interval)] = of(tile);
        return $"      - {{series: 'orel:slo_{what}:tile{{service=\"{_name}\",environment=\"production\","
            + $"slo=\"availability\"}}', values: '{Text(values)}'}}";
    }

    private string Input(string what, double?[] values) =>
        $"      - {{series: 'requests{{of=\"{_name}\",what=\"{what}\",version=\"1.0\"}}', values: '{Text(values)}'}}";

    // What has no sample at this very moment has none: an older one is another tile's.
    private string Query(string what) =>
        $"last_over_time(requests{{of=\"{_name}\",what=\"{what}\",version=\"{{{{version}}}}\"}}[1ms])";

    private static string Text(double?[] values) => string.Join(
        ' ', values.Select(value => value?.ToString("R", CultureInfo.InvariantCulture) ?? "_"));

    private void Fill(Random random, double errorShare)
    {
        var (burn, traffic, left) = (0d, 0d, 0);
        var silentFrom = random.Next(6) == 0 ? _total.Length - random.Next(1, 40) : _total.Length;
        for (var i = 0; i < _total.Length; i++, left--)
        {
            if (left <= 0)
            {
                left = random.Next(1, 40);
                traffic = random.Next(8) == 0 ? random.Next(3) : Math.Pow(10, 1 + (3 * random.NextDouble()));
                burn = random.Next(3) == 0 ? 30 * random.NextDouble() : 1.2 * random.NextDouble();
            }

            if (i >= silentFrom || random.Next(20) == 0) continue;
            // As of a rate that was extrapolated: not whole.
            var total = random.Next(4) == 0 ? Math.Round(traffic * random.NextDouble(), 4) : Math.Floor(traffic);
            var bad = Math.Min(total, Math.Round(total * errorShare * burn * 2 * random.NextDouble(), random.Next(4)));
            if (random.Next(30) != 0) _counted[i] = _countsGood ? Math.Round(total - bad, 6) : bad;
            _total[i] = total;
        }
    }
}
