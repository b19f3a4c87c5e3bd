using Microsoft.Extensions.Time.Testing;
using OrleansRelease.Adapters.Metrics.Prometheus;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Adapters.Tests.Metrics.Prometheus;

public sealed class WhenThereAreManyConnections : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(Rig.Start);
    private ScriptedPrometheus _source = null!;
    private Rig _rig = null!;

    public async Task InitializeAsync()
    {
        _source = await ScriptedPrometheus.StartAsync();
        _source.Numbers["up"] = "1";
        _rig = new Rig(_source.Url, _time);
    }

    public async Task DisposeAsync()
    {
        _rig.Dispose();
        await _source.DisposeAsync();
    }

    [Fact]
    public async Task The_one_that_nobody_has_used_for_the_longest_begins_anew_and_no_other()
    {
        MetricsConnection[] all =
        [
            .. Enumerable.Range(1, PrometheusMetrics.MostSources + 1)
                .Select(places => _rig.Connection with { MaxConcurrent = places }),
        ];
        foreach (var connection in all[..^1]) await AskAsync(connection);
        await AskAsync(all[0]);
        Assert.Equal(all.Length - 1, _source.Queries.Count);

        await AskAsync(all[^1]);

        foreach (var connection in all.Where(one => one != all[1])) await AskAsync(connection);
        Assert.Equal(all.Length, _source.Queries.Count);
        await AskAsync(all[1]);
        Assert.Equal(all.Length + 1, _source.Queries.Count);
    }

    private async Task AskAsync(MetricsConnection connection)
    {
        _rig.Connection = connection;
        Assert.Equal(new Reading.Value(1), await _rig.QueryAsync("up"));
    }
}
