using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using OrleansRelease.Adapters.Outgoing;
using OrleansRelease.Adapters.Resilience;
using OrleansRelease.Adapters.Tests.Metrics;
using OrleansRelease.Adapters.Traffic.Yarp;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;
using OrleansRelease.Ports;
using OrleansRelease.Ports.Traffic;

namespace OrleansRelease.Adapters.Tests.Traffic;

public sealed class WhenTheRouterAnswersBadly : IAsyncLifetime
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly OutgoingHttp _http = new(new MachineClock());
    private Source _router = null!;

    public async Task InitializeAsync() => _router = await Source.StartAsync();

    public async Task DisposeAsync()
    {
        await _router.DisposeAsync();
        _http.Dispose();
    }

    [Theory]
    [InlineData(401, "", typeof(Outcome.NotApplied))]
    [InlineData(429, "", typeof(Outcome.NotApplied))]
    [InlineData(400, """{"code": "body-not-readable"}""", typeof(Outcome.Refused))]
    [InlineData(404, "<html>", typeof(Outcome.Refused))]
    [InlineData(409, """{"code": "fence-reused"}""", typeof(Outcome.Refused))]
    [InlineData(409, """{"code": "fence-overtaken", "accepted": {"epoch": 9}}""", typeof(Outcome.Overtaken))]
    [InlineData(302, "", typeof(Outcome.Refused))]
    [InlineData(500, "", typeof(Outcome.Unknown))]
    [InlineData(503, "<html>", typeof(Outcome.Unknown))]
    [InlineData(200, "", typeof(Outcome.Unknown))]
    [InlineData(200, "[]", typeof(Outcome.Unknown))]
    [InlineData(200, "{\"fence\":", typeof(Outcome.Unknown))]
    public async Task A_no_that_stays_is_refused_and_one_that_may_pass_is_not(int status, string answer, Type outcome)
    {
        _router.Says(answer, status);

        Assert.IsType(outcome, await SetAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task An_answer_that_does_not_come_is_unknown_before_the_time_is_out()
    {
        _router.Answer = context => UntilAbortedAsync(context.RequestAborted);
        var began = TimeProvider.System.GetTimestamp();

        var outcome = await SetAsync(TimeSpan.FromSeconds(2));

        Assert.IsType<Outcome.Unknown>(outcome);
        Assert.InRange(TimeProvider.System.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_connection_that_breaks_after_the_change_was_sent_is_unknown()
    {
        _router.Answer = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };

        Assert.IsType<Outcome.Unknown>(await SetAsync(TimeSpan.FromSeconds(30)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_change_that_must_not_be_begun_once_the_router_has_been_asked_is_not_sent(int times)
    {
        var methods = new ConcurrentQueue<string>();
        _router.Answer = context =>
        {
            methods.Enqueue(context.Request.Method);
            context.Response.StatusCode = 404;
            return Task.CompletedTask;
        };
        var asked = 0;

        // The second time is when there is a connection to send it on.
        var outcome = await SetAsync(TimeSpan.FromSeconds(5), veto: _ =>
        {
            Assert.Equal(["GET"], methods);
            return ValueTask.FromResult(++asked == times ? "frozen" : null);
        });

        Assert.Equal(new Outcome.NotBegun("frozen"), outcome);
        Assert.Equal(times, asked);
        Assert.Equal(["GET"], methods);
    }

    [Theory]
    [InlineData(1, 2500, "10s", "holds that of fence 1.1.1")]
    [InlineData(2, 5000, "10s", "gives 2.0 50 %")]
    [InlineData(2, 2500, "7s", "ends requests after 7s, not 10s")]
    public async Task What_it_holds_instead_of_what_it_acknowledged_is_named(
        int ordinal, int weight, string requestTimeout, string named)
    {
        _router.Says(Vocabulary.Write(new
        {
            fence = new Fence(1, 1, ordinal),
            weights = new Dictionary<string, int> { ["1.0"] = 7500, ["2.0"] = weight },
            counts = new Dictionary<string, int>(),
            requestTimeout,
        }), 200);

        var outcome = await SetAsync(TimeSpan.FromSeconds(5), ordinal: 2);

        Assert.Contains(named, Assert.IsType<Outcome.Unknown>(outcome).Reason, StringComparison.Ordinal);
    }

    /// <summary>One that was not taken on, and one that was not lifted.</summary>
    [Theory]
    [InlineData(40, null, "sheds nothing, not what is over 40 requests at once")]
    [InlineData(40, 80, "sheds what is over 80 requests at once, not what is over 40 requests at once")]
    [InlineData(null, 40, "sheds what is over 40 requests at once, not nothing")]
    public async Task A_router_that_sheds_otherwise_than_it_acknowledged_is_not_believed(
        int? asked, int? held, string named)
    {
        _router.Says(Vocabulary.Write(new
        {
            fence = new Fence(1, 1, 1),
            weights = new Dictionary<string, int> { ["1.0"] = 10_000, ["2.0"] = 0 },
            counts = new Dictionary<string, int>(),
            requestTimeout = "10s",
            shedding = Shed(held),
        }), 200);

        var outcome = await SetAsync(
            TimeSpan.FromSeconds(2), direction: Direction.Back, weight: Weight.None, shedding: Shed(asked));

        Assert.Contains(named, Assert.IsType<Outcome.Unknown>(outcome).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"1.0": 2147483647, "2.0": 1}""", "{}")]
    [InlineData("""{"1.0": -1, "2.0": 10001}""", "{}")]
    [InlineData("""{"": 10000}""", "{}")]
    [InlineData("null", "{}")]
    [InlineData("""{"1.0": 7500, "2.0": 2500}""", """{"2.0": null}""")]
    public async Task What_makes_no_sense_cannot_be_read(string weights, string counts)
    {
        _router.Says($$"""
            {"fence": {"epoch": 1, "generation": 1, "ordinal": 1}, "weights": {{weights}}, "counts": {{counts}}}
            """);

        var outcome = await SetAsync(TimeSpan.FromSeconds(5));
        var observed = await Record.ExceptionAsync(() =>
            Traffic().ObserveAsync(Spec(TimeSpan.FromSeconds(5)), CancellationToken.None));

        Assert.Contains("cannot be read", Assert.IsType<Outcome.Unknown>(outcome).Reason, StringComparison.Ordinal);
        Assert.Contains(
            "cannot be read", Assert.IsType<HttpRequestException>(observed).Message, StringComparison.Ordinal);
    }

    /// <summary>Of a way back nothing else would be seen: neither instance answers.</summary>
    [Theory]
    [InlineData("{}", "gives no version any share")]
    [InlineData("""{"2.0": 0}""", "gives 1.0 0 %")]
    public async Task A_router_that_leaves_shares_out_does_not_hold_them(string weights, string named)
    {
        _router.Says($$"""
            {
              "fence": {"epoch": 1, "generation": 1, "ordinal": 1}, "weights": {{weights}}, "counts": {},
              "requestTimeout": "10s"
            }
            """);

        var outcome = await SetAsync(TimeSpan.FromSeconds(2), direction: Direction.Back, weight: Weight.None);

        Assert.Contains(named, Assert.IsType<Outcome.Unknown>(outcome).Reason, StringComparison.Ordinal);
    }

    /// <summary>No upstream can say what it counted, so the router's own numbers are all that there is.</summary>
    [Fact]
    public async Task A_way_back_is_not_believed_when_the_router_hangs_once_and_requests_go_on()
    {
        var (changed, asked) = (false, 0);
        _router.Answer = async context =>
        {
            changed |= context.Request.Method == "PUT";
            if (changed && context.Request.Method == "GET" && asked++ == 0)
                await UntilAbortedAsync(context.RequestAborted);

            await context.Response.WriteAsync(Vocabulary.Write(new
            {
                fence = new Fence(1, 1, 1),
                weights = new Dictionary<string, int> { ["1.0"] = Weight.Full, ["2.0"] = 0 },
                counts = new Dictionary<string, object> { ["2.0"] = new { started = asked, total = asked, bad = 0 } },
                requestTimeout = "10s",
            }));
        };

        var outcome = await SetAsync(TimeSpan.FromSeconds(4), direction: Direction.Back, weight: Weight.None);

        Assert.Contains("the router sent", Assert.IsType<Outcome.Unknown>(outcome).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200, """{"total": 10, "bad": 1}""", typeof(Reading.Counts))]
    [InlineData(200, """{"total": 10}""", typeof(Reading.Error))]
    [InlineData(200, """{"total": 10, "bad": 11}""", typeof(Reading.Error))]
    [InlineData(200, """{"total": -1, "bad": -2}""", typeof(Reading.Error))]
    [InlineData(200, "{", typeof(Reading.Error))]
    [InlineData(410, """{"code": "window-not-covered"}""", typeof(Reading.NoData))]
    [InlineData(404, "<html>", typeof(Reading.Error))]
    [InlineData(401, """{"code": "token-required"}""", typeof(Reading.Error))]
    public async Task Counts_are_read_only_from_an_answer_that_has_them(int status, string answer, Type reading)
    {
        _router.Says(answer, status);

        Assert.IsType(reading, await Traffic().CountAsync(
            Spec(TimeSpan.FromSeconds(2)), Specs.New, new Window(0, Start, Start.AddSeconds(5)),
            CancellationToken.None));
    }

    private static Task UntilAbortedAsync(CancellationToken aborted)
    {
        var end = new TaskCompletionSource();
        aborted.Register(end.SetResult);
        return end.Task;
    }

    private static Shedding? Shed(int? capacity) => capacity is { } requests
        ? new(requests, TimeSpan.FromSeconds(5), "X-Request-Class", ["low"])
        : null;

    private YarpTraffic Traffic() => new(_http, new Pipelines(TimeProvider.System), TimeProvider.System);

    private RolloutSpec Spec(TimeSpan timeout)
    {
        var spec = Specs.With("yarp", _router.Url, null, timeout);
        return spec with { Traffic = spec.Traffic with { RequestTimeout = TimeSpan.FromSeconds(10) } };
    }

    private Task<Outcome> SetAsync(
        TimeSpan timeout, int ordinal = 1, Veto? veto = null, Direction direction = Direction.Forward,
        Weight? weight = null, Shedding? shedding = null)
    {
        ImmutableArray<Uri> nowhere = [new("http://127.0.0.1:9")];
        var addresses = ImmutableDictionary<VersionName, ImmutableArray<Uri>>.Empty
            .Add(Specs.Old, nowhere).Add(Specs.New, nowhere);
        var split = new TrafficSplit(Specs.Old, Specs.New, weight ?? Weight.Percent(25));
        return Traffic().SetAsync(
            new TrafficCall(Spec(timeout), split, new Fence(1, 1, ordinal), direction, addresses)
            {
                Veto = veto,
                Shedding = shedding,
            },
            CancellationToken.None);
    }
}
