using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using OrleansRelease.Core.Analysis;

namespace OrleansRelease.Adapters.Tests.Metrics.Prometheus;

/// <summary>Room is for so many bytes: for many small answers, and for few large ones.</summary>
public sealed class WhenAnswersAreLarge : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(Rig.Start);
    private ScriptedPrometheus _source = null!;
    private Rig _rig = null!;

    public async Task InitializeAsync()
    {
        _source = await ScriptedPrometheus.StartAsync();
        _rig = new Rig(_source.Url, _time);
    }

    public async Task DisposeAsync()
    {
        _rig.Dispose();
        await _source.DisposeAsync();
    }

    [Fact]
    public Task Numbers_go_with_what_their_queries_weigh() => FirstOfTwentyGoesAsync(query =>
    {
        _source.Numbers[query] = "1";
        return _rig.QueryAsync(query);
    });

    [Fact]
    public Task Histograms_go_with_what_their_queries_weigh() => FirstOfTwentyGoesAsync(query =>
    {
        _source.Buckets[query] = "1";
        return _rig.ReadAsync(new MetricSource.Histogram(query));
    });

    [Fact]
    public async Task Labels_go_with_what_they_weigh()
    {
        // Almost as much as one answer may have.
        string[] labels = [.. Numbered(10).Select(number => number + new string('x', 90_000))];
        string[] metrics = [.. Numbered(10).Select(number => "m" + number)];
        foreach (var metric in metrics)
        {
            _source.Labels[metric] = labels;
            await _rig.NoDataAsync(metric);
        }

        Assert.Equal(10, LabelsAsked());
        await _rig.NoDataAsync($"{metrics[^1]} + 0");
        Assert.Equal(10, LabelsAsked());
        await _rig.NoDataAsync($"{metrics[0]} + 0");
        Assert.Equal(11, LabelsAsked());

        int LabelsAsked() => _source.Asked.Count(asked => asked.Contains("/labels?", StringComparison.Ordinal));
    }

    private async Task FirstOfTwentyGoesAsync(Func<string, Task<Reading>> ask)
    {
        string[] queries = [.. Numbered(20).Select(number => $"{number} # {new string('x', 1_000_000)}")];
        foreach (var query in queries) Assert.IsNotType<Reading.Error>(await ask(query));

        await ask(queries[^1]);
        Assert.Equal(20, _source.Queries.Count);
        await ask(queries[0]);
        Assert.Equal(21, _source.Queries.Count);
    }

    private static IEnumerable<string> Numbered(int count) =>
        Enumerable.Range(0, count).Select(i => i.ToString(CultureInfo.InvariantCulture));
}
