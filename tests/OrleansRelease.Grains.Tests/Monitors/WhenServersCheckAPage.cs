using System.Net;
using Microsoft.Extensions.DependencyInjection;
using OrleansRelease.Adapters.Monitors;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Monitors;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Grains.Monitors;
using OrleansRelease.Grains.Tests.Harness;
using OrleansRelease.Ports.Monitors;

namespace OrleansRelease.Grains.Tests.Monitors;

/// <summary>Two servers of one cluster, each with eyes of its own.</summary>
[Collection(WatchingCollection.Name)]
public sealed class WhenServersCheckAPage(Stores stores) : IAsyncLifetime
{
    private readonly MemoryChecks _here = new();
    private readonly MemoryChecks _there = new();
    private readonly World _world = new();
    private TestServer _one = null!;
    private TestServer _two = null!;

    public async Task InitializeAsync()
    {
        var store = await stores.NewAsync(StoreKind.PostgreSql);
        _one = await TestServer.StartAsync(store, _world, more: Seeing(_here));
        _two = await TestServer.StartAsync(store, _world, more: Seeing(_there), beside: _one);
        foreach (var server in new[] { _one, _two })
        {
            await Eventually.IsAsync("each knows of both", () =>
                server.Get<ISiloStatusOracle>().GetApproximateSiloStatuses(onlyActive: true).Count == 2);
        }
    }

    public async Task DisposeAsync()
    {
        await _two.DisposeAsync();
        await _one.DisposeAsync();
    }

    [Fact]
    public async Task What_holds_for_the_first_is_asked_of_nobody_else()
    {
        Assert.True(await ReadAsync(Page()) is Reading.Checked { Holds: true });
        Assert.Equal((1, 0), (_here.Asked, _there.Asked));
    }

    [Fact]
    public async Task What_both_see_failing_fails()
    {
        _here.Answers = _there.Answers = _ => MemoryChecks.With(503);

        Assert.Equal(
            new Reading.Checked(false, "both servers: 503, and 2xx is expected"), await ReadAsync(Page()));
        Assert.Equal((1, 1), (_here.Asked, _there.Asked));
    }

    [Fact]
    public async Task What_one_sees_failing_and_the_other_does_not_is_doubt()
    {
        _here.Answers = _ => MemoryChecks.With(503);

        var doubt = Assert.IsType<Reading.Error>(await ReadAsync(Page()));

        Assert.StartsWith("servers do not agree: one: 503", doubt.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_has_no_network_says_nothing_of_the_page()
    {
        _here.Answers = _ => MemoryChecks.With(503);
        _here.HasNetwork = false;
        var page = Page(network: "https://else.example.com/");

        Assert.True(await ReadAsync(page) is Reading.Checked { Holds: true });
        _there.Answers = _ => new CheckAnswer.None(Trouble.NoRoute, "HostUnreachable");
        _there.HasNetwork = false;
        Assert.Contains(
            "own network", Assert.IsType<Reading.Error>(await ReadAsync(page)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_is_enough_where_the_monitor_says_so()
    {
        _here.Answers = _ => MemoryChecks.With(503);

        Assert.Equal(new Reading.Checked(false, "503, and 2xx is expected"), await ReadAsync(Page(nodes: 1)));
        Assert.Equal(0, _there.Asked);
    }

    [Fact]
    public async Task Another_that_throws_is_none()
    {
        _here.Answers = _ => MemoryChecks.With(503);
        _there.Answers = _ => throw new InvalidOperationException("a bug");

        Assert.Contains(
            "could not be asked", Assert.IsType<Reading.Error>(await ReadAsync(Page())).Reason,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rollout_goes_back_when_both_see_the_page_fail()
    {
        _here.Answers = _there.Answers = _ => MemoryChecks.With(503);
        var slot = Harness.Rollouts.SlotOf(1);
        var errors = new Harness.Rollouts(_one).Spec(slot, VersionName.From("1.0.0")).Background[0];
        var rollouts = new Harness.Rollouts(_one)
        {
            MoreMetrics =
            [
                errors with
                {
                    Name = "pages/checkout", Source = new MetricSource.Monitor("page", Page()), Unit = Unit.Count,
                    Thresholds = new(null, null, null),
                },
            ],
        };

        var id = await rollouts.StartAsync(slot, "1.0.0");
        await rollouts.UntilAsync(id, Phase.RolledBack);

        var ended = Assert.IsType<Stage.Ended>((await rollouts.ViewAsync(id))!.State.Stage);
        Assert.Equal(
            "pages/checkout failed: both servers: 503, and 2xx is expected",
            Assert.IsType<Cause.MetricFailed>(ended.Cause).Text);
    }

    [Fact]
    public void Each_asks_the_next_one_round_the_cluster()
    {
        var all = Enumerable.Range(1, 3)
            .Select(port => SiloAddress.New(new IPEndPoint(IPAddress.Loopback, port), 7)).ToList();

        Assert.Equal(all[1], MonitorLook.After(all[0], all));
        Assert.Equal(all[0], MonitorLook.After(all[2], all));
        Assert.Null(MonitorLook.After(all[0], [all[0]]));
        Assert.Equal(3, all.Select(one => MonitorLook.After(one, all)).Distinct().Count());
    }

    private static Action<IServiceCollection> Seeing(MemoryChecks checks) =>
        services => services.AddSingleton<IChecks>(checks);

    private static MonitorCheck Page(int nodes = 2, string? network = null) => new(
        "page", "https://shop.example.com/", CheckMethod.Get, null, null, null, null, TimeSpan.FromSeconds(5),
        new([StatusRange.Class(2)], null, null, null), nodes, network);

    private Task<Reading> ReadAsync(MonitorCheck check) => _one.Get<MonitorLook>().ReadAsync(check, default);
}
