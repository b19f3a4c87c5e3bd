using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using OrleansRelease.Adapters.Outgoing;
using OrleansRelease.Adapters.Resilience;
using OrleansRelease.Adapters.Traffic.Yarp;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;
using OrleansRelease.Ports.Traffic;
using OrleansRelease.Router;
using OrleansRelease.Testing.Routers;

namespace OrleansRelease.Adapters.Tests.Traffic;

/// <summary>The real router, real upstreams and real requests.</summary>
public sealed class YarpTrafficKeepsTheContract : TrafficContract, IAsyncLifetime
{
    private readonly OutgoingHttp _http = new(new MachineClock());
    private RouterRig _router = null!;
    private Upstream _old = null!;
    private Upstream _new = null!;
    private Load? _load;

    private protected override ITraffic Traffic => field ??=
        new YarpTraffic(_http, new Pipelines(TimeProvider.System), TimeProvider.System);

    private protected override ImmutableDictionary<VersionName, ImmutableArray<Uri>> Addresses =>
        ImmutableDictionary<VersionName, ImmutableArray<Uri>>.Empty
            .Add(Specs.Old, [_old.Address]).Add(Specs.New, [_new.Address]);

    public async Task InitializeAsync()
    {
        _router = await RouterRig.StartAsync();
        _old = await Upstream.StartAsync("1.0");
        _new = await Upstream.StartAsync("2.0");
    }

    public async Task DisposeAsync()
    {
        if (_load is not null) await _load.DisposeAsync();
        await _router.DisposeAsync();
        await _old.DisposeAsync();
        await _new.DisposeAsync();
        _http.Dispose();
    }

    [Fact]
    public async Task A_late_router_is_believed_once_the_change_has_really_come()
    {
        StartLoad();
        await AppliedAsync(1, 2500);
        var call = Call(2, 10_000, Direction.Forward, TimeSpan.FromSeconds(3));
        var outcome = await SetWhileLyingAsync(Lie.AppliesTenSecondsLate, call);
        Assert.IsType<Outcome.Unknown>(outcome);
        for (var attempt = 2; attempt <= 10 && outcome is Outcome.Unknown; attempt++)
            outcome = await Traffic.SetAsync(call, CancellationToken.None);

        var before = _old.Requests;
        await Eventually.IsAsync("requests go on", () => _new.Requests > 100);
        Assert.IsType<Outcome.Applied>(outcome);
        Assert.Equal(before, _old.Requests);
    }

    /// <summary>Also when the same split was decided once more, under a fence of its own.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Requests_that_were_too_few_for_one_attempt_count_for_the_next(int next)
    {
        await SetAsync(1, 0, Direction.Back, TimeSpan.FromSeconds(5));
        var first = SetAsync(2, 500, Direction.Forward, TimeSpan.FromSeconds(2));
        await AcknowledgedAsync(2);
        Assert.IsType<Outcome.Unknown>(await first);
        await _router.AskAsync(25);

        Assert.IsType<Outcome.Applied>(await SetAsync(next, 500, Direction.Forward, TimeSpan.FromSeconds(15)));
    }

    /// <summary>It is of an effect that was given up, and nobody has told its call.</summary>
    [Fact]
    public async Task A_call_that_comes_late_takes_away_nothing_that_was_counted_for_a_newer_one()
    {
        await SetAsync(1, 0, Direction.Back, TimeSpan.FromSeconds(5));
        var first = SetAsync(2, 500, Direction.Forward, TimeSpan.FromSeconds(2));
        await AcknowledgedAsync(2);
        Assert.IsType<Outcome.Unknown>(await first);
        await _router.AskAsync(25);

        Assert.IsType<Outcome.Overtaken>(await SetAsync(1, 0, Direction.Back, TimeSpan.FromSeconds(5)));

        Assert.IsType<Outcome.Applied>(await SetAsync(2, 500, Direction.Forward, TimeSpan.FromSeconds(5)));
    }

    /// <summary>To tell 5 % from any other share takes 684 requests, to tell it from none at all 20.</summary>
    [Fact]
    public async Task A_split_that_holds_already_is_told_from_the_share_that_was_shown_last()
    {
        StartLoad();
        await AppliedAsync(1, 0);
        await AppliedAsync(2, 500);
        var again = Call(3, 500, Direction.Forward, TimeSpan.FromSeconds(2)) with { Shown = Weight.None };

        Assert.IsType<Outcome.Applied>(await Traffic.SetAsync(again, CancellationToken.None));
    }

    [Fact]
    public async Task A_version_that_says_to_be_another_one_is_not_counted()
    {
        StartLoad();
        await AppliedAsync(1, 2500);
        _new.Version = "1.9";

        var outcome = await SetAsync(2, 5000, Direction.Forward, TimeSpan.FromSeconds(3));

        Assert.Contains("'1.9'", Assert.IsType<Outcome.Unknown>(outcome).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_way_back_needs_no_answer_from_the_version_that_is_left()
    {
        StartLoad();
        await AppliedAsync(1, 2500);
        var call = Call(2, 0, Direction.Back, TimeSpan.FromSeconds(8));
        await _new.DisposeAsync();

        Assert.IsType<Outcome.Applied>(await Traffic.SetAsync(call, CancellationToken.None));
    }

    [Fact]
    public async Task A_way_back_is_not_held_up_by_instances_that_hang()
    {
        // It accepts connections and says nothing.
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start(backlog: 64);
        var hanging = Enumerable.Range(1, 24).Select(n => new Uri($"http://{silent.LocalEndpoint}/{n}"));
        var call = Call(1, 0, Direction.Back, TimeSpan.FromSeconds(2));

        Assert.IsType<Outcome.Applied>(await Traffic.SetAsync(
            call with { Addresses = call.Addresses.SetItem(Specs.New, [.. hanging]) }, CancellationToken.None));
    }

    [Fact]
    public async Task A_way_back_over_a_router_that_has_lost_its_folder_does_not_wait_for_the_last_dead_instance()
    {
        StartLoad();
        await AppliedAsync(1, 2500);
        await using var dead = await Upstream.StartAsync("1.0");
        var call = Call(2, 0, Direction.Back, TimeSpan.FromSeconds(8));
        await dead.DisposeAsync();
        await _router.RestartAsync(RouterFault.Forgets);

        Assert.IsType<Outcome.Applied>(await Traffic.SetAsync(
            call with { Addresses = call.Addresses.SetItem(Specs.Old, [dead.Address, _old.Address]) },
            CancellationToken.None));
    }

    /// <summary>Whoever was not ready may be dead still, and nobody asks now.</summary>
    [Fact]
    public async Task Lifting_what_is_refused_sends_nobody_to_other_instances()
    {
        await using var dead = await Upstream.StartAsync("1.0");
        var call = Call(1, 0, Direction.Back, TimeSpan.FromSeconds(8));
        Assert.IsType<Outcome.Applied>(await Traffic.SetAsync(
            call with { Addresses = call.Addresses.SetItem(Specs.Old, [dead.Address, _old.Address]) },
            CancellationToken.None));
        Assert.IsType<Outcome.Applied>(await Traffic.SetAsync(Shed(2, 40), CancellationToken.None));
        await dead.DisposeAsync();
        var before = await AddressesAsync();

        Assert.IsType<Outcome.Applied>(await LiftAsync(3));

        Assert.Equal(before, await AddressesAsync());
        Assert.DoesNotContain(dead.Address.AbsoluteUri.TrimEnd('/'), before, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_router_that_is_not_there_has_lifted_nothing()
    {
        Assert.IsType<Outcome.Applied>(await Traffic.SetAsync(Shed(1, 40), CancellationToken.None));
        await _router.StopAsync();

        Assert.IsType<Outcome.NotApplied>(await LiftAsync(2));
    }

    [Fact]
    public async Task Each_version_is_asked_where_it_says_its_version()
    {
        _new.VersionPath = "/internal/which";
        StartLoad();
        var call = Call(1, 5000, Direction.Forward, TimeSpan.FromSeconds(8));
        var target = call.Spec.Target with
        {
            Settings = call.Spec.Target.Settings.Add(VersionEndpoint.Setting, "/internal/which"),
        };

        Assert.IsType<Outcome.Applied>(await Traffic.SetAsync(
            call with { Spec = call.Spec with { Target = target }, BaselineSpec = call.Spec },
            CancellationToken.None));
    }

    [Fact]
    public async Task A_router_that_is_not_there_has_changed_nothing()
    {
        await _router.StopAsync();

        Assert.IsType<Outcome.NotApplied>(await SetAsync(1, 2500, Direction.Forward, TimeSpan.FromSeconds(3)));
    }

    [Fact]
    public async Task A_wrong_token_has_changed_nothing_and_a_right_one_counts_at_once()
    {
        var token = await File.ReadAllTextAsync(_router.TokenFile);
        await File.WriteAllTextAsync(_router.TokenFile, "0123456789abcdef");
        var wrong = await SetAsync(1, 0, Direction.Back, TimeSpan.FromSeconds(3));
        await File.WriteAllTextAsync(_router.TokenFile, token);

        Assert.DoesNotContain(
            "0123456789abcdef", Assert.IsType<Outcome.NotApplied>(wrong).Reason, StringComparison.Ordinal);
        Assert.IsType<Outcome.Applied>(await SetAsync(1, 0, Direction.Back, TimeSpan.FromSeconds(4)));
    }

    private protected override RolloutSpec Spec(TimeSpan timeout) =>
        Specs.With("yarp", _router.AdminUrl, new SecretRef(null, _router.TokenFile), timeout);

    private protected override void StartLoad() => _load = new Load(_router);

    private protected override async Task<Outcome> SetWhileLyingAsync(Lie lie, TrafficCall call)
    {
        if (lie == Lie.ForgetsOnRestart)
        {
            var attempt = Traffic.SetAsync(call, CancellationToken.None);
            await AcknowledgedAsync(call.Fence.Ordinal);
            await _router.RestartAsync(RouterFault.Forgets);
            return await attempt;
        }

        await _router.RestartAsync(lie == Lie.AcknowledgesAndDoesNothing ? RouterFault.Lies : RouterFault.Late);
        return await Traffic.SetAsync(call, CancellationToken.None);
    }

    private async Task<string> AddressesAsync() => (await _router.GetAsync()).GetProperty("addresses").GetRawText();

    private Task AcknowledgedAsync(int ordinal) => Eventually.IsAsync("the change is acknowledged", async () =>
        (await _router.GetAsync()).GetProperty("fence").GetProperty("ordinal").GetInt32() == ordinal);
}
