using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OrleansRelease.Router.Routing;
using static OrleansRelease.Router.Tests.Routing.SheddingWorld;

namespace OrleansRelease.Router.Tests.Routing;

public sealed class WhenASlotShedsLoad : IAsyncLifetime
{
    private const HttpStatusCode Refused = HttpStatusCode.ServiceUnavailable;

    private SheddingWorld _world = null!;

    public async Task InitializeAsync() => _world = await SheddingWorld.StartAsync();

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task Low_gets_what_high_leaves_of_the_capacity_and_not_one_more()
    {
        await _world.ShedAsync(capacity: 4);
        var high = await _world.UnderWayAsync("high");
        _world.Time.Advance(Places.Learning);
        Task<HttpResponseMessage>[] low = [await _world.UnderWayAsync("low"), await _world.UnderWayAsync("low"),
            await _world.UnderWayAsync("low")];

        using var shed = await _world.AskAsync("low");

        Assert.Equal(Refused, shed.StatusCode);
        await _world.AllGoodAsync([high, .. low]);
    }

    [Fact]
    public async Task A_refusal_says_when_to_come_again_and_is_a_request_of_no_version()
    {
        await _world.ShedAsync(capacity: 0);

        using var shed = await _world.AskAsync("low");

        Assert.Equal(TimeSpan.FromSeconds(5), shed.Headers.RetryAfter?.Delta);
        var problem = await shed.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("shed", problem.GetProperty("code").GetString());
        var slot = await _world.Router.GetAsync();
        Assert.Equal(1, slot.GetProperty("shed").GetInt32());
        Assert.Equal(0, slot.GetProperty("counts").GetProperty("1.0").GetProperty("started").GetInt32());
        Assert.Equal(0, _world.Upstream.Requests);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("high")]
    [InlineData("LOW")]
    [InlineData("low-and-more")]
    [InlineData("low, low")]
    public async Task Whoever_does_not_say_low_exactly_is_high_and_never_refused(string? said)
    {
        await _world.ShedAsync(capacity: 0);
        _world.Answer.SetResult();

        using var response = await _world.AskAsync(said);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    /// <summary>A request of class low may hold its place for as long as its version may be silent.</summary>
    [Fact]
    public async Task What_high_has_needed_is_kept_for_it_for_as_long_as_low_may_hold_a_place()
    {
        await _world.ShedAsync(capacity: 2);
        Task<HttpResponseMessage>[] high = [await _world.UnderWayAsync(null), await _world.UnderWayAsync(null)];
        await _world.AllGoodAsync(high);
        await _world.NoneIsUnderWayAsync();
        _world.Time.Advance(Places.Learning);
        Assert.Equal(Refused, await _world.StatusOfAsync("low"));

        _world.Time.Advance(RequestTimeout - TimeSpan.FromMilliseconds(1));
        var justBefore = await _world.StatusOfAsync("low");
        _world.Time.Advance(TimeSpan.FromMilliseconds(1));
        _world.Time.Advance(RequestTimeout);
        var after = await _world.StatusOfAsync("low");

        Assert.Equal((Refused, HttpStatusCode.OK), (justBefore, after));
    }

    [Fact]
    public async Task After_a_gap_nothing_is_kept_of_what_was_before_it()
    {
        await _world.ShedAsync(capacity: 2);
        _world.Time.Advance(Places.Learning);
        Task<HttpResponseMessage>[] high = [await _world.UnderWayAsync(null), await _world.UnderWayAsync(null)];
        await _world.AllGoodAsync(high);
        await _world.NoneIsUnderWayAsync();
        Assert.Equal(Refused, await _world.StatusOfAsync("low"));

        _world.Time.Advance(2 * RequestTimeout);

        Assert.Equal(HttpStatusCode.OK, await _world.StatusOfAsync("low"));
    }

    [Fact]
    public async Task Whoever_stays_for_long_is_kept_a_place_until_it_has_gone_and_as_long_after_it()
    {
        await _world.ShedAsync(capacity: 1);
        var high = await _world.UnderWayAsync(null);
        _world.Time.Advance(10 * RequestTimeout);
        Assert.Equal(Refused, await _world.StatusOfAsync("low"));
        _world.Time.Advance(10 * RequestTimeout);
        await _world.AllGoodAsync(high);
        await _world.NoneIsUnderWayAsync();

        _world.Time.Advance(RequestTimeout - TimeSpan.FromMilliseconds(1));
        var before = await _world.StatusOfAsync("low");
        _world.Time.Advance(2 * RequestTimeout);
        var after = await _world.StatusOfAsync("low");

        Assert.Equal((Refused, HttpStatusCode.OK), (before, after));
    }

    [Fact]
    public async Task Those_under_way_from_before_count_until_they_have_ended()
    {
        using var nothing = await _world.PutAsync(shedding: null);
        Task<HttpResponseMessage>[] before = [await _world.UnderWayAsync("low"), await _world.UnderWayAsync(null)];
        await _world.ShedAsync(capacity: 2);
        _world.Time.Advance(Places.Learning);
        var during = await _world.StatusOfAsync("low");
        await _world.AllGoodAsync(before);

        await Eventually.IsAsync(
            "their places are free", () => _world.StatusOfAsync("low"), status => status == HttpStatusCode.OK);

        Assert.Equal(Refused, during);
    }

    [Theory]
    [InlineData("Accept", "text/event-stream")]
    [InlineData("Upgrade", "websocket")]
    public async Task Low_gets_no_stream_because_nobody_knows_when_its_place_will_come_back(string header, string says)
    {
        await _world.ShedAsync(capacity: 100);
        _world.Time.Advance(Places.Learning);
        _world.Answer.SetResult();

        using var low = await _world.AskAsync("low", (header, says));
        using var high = await _world.AskAsync("high", (header, says));

        Assert.Equal((Refused, HttpStatusCode.OK), (low.StatusCode, high.StatusCode));
        Assert.Equal(TimeSpan.FromSeconds(5), low.Headers.RetryAfter?.Delta);
    }

    /// <summary>For as long as it may last; a place that is never given back would be missing for ever.</summary>
    [Theory]
    [InlineData("Accept", "text/event-stream")]
    [InlineData("Upgrade", "websocket")]
    public async Task A_stream_of_class_high_has_a_place_until_it_ends(string header, string says)
    {
        _world.Upstream.Answer = async context =>
        {
            await context.Response.WriteAsync("data: 1.0");
            await context.Response.Body.FlushAsync();
            await _world.Answer.Task;
        };
        await _world.ShedAsync(capacity: 1);
        _world.Time.Advance(Places.Learning);
        using var stream = await _world.BegunAsync((header, says));
        _world.Time.Advance(10 * RequestTimeout);
        var during = await _world.StatusOfAsync("low");
        _world.Answer.SetResult();
        await stream.Content.ReadAsStringAsync();
        await _world.NoneIsUnderWayAsync();

        _world.Time.Advance(2 * RequestTimeout);

        Assert.Equal((Refused, HttpStatusCode.OK), (during, await _world.StatusOfAsync("low")));
    }

    /// <summary>Whoever was cut off may still be at work there.</summary>
    [Theory]
    [InlineData("by its user")]
    [InlineData("by the router, after silence")]
    [InlineData("by its instance")]
    public async Task A_request_that_was_cut_off_leaves_its_place_a_moment_later(string cut)
    {
        await _world.ShedAsync(
            capacity: 1, cut == "by the router, after silence" ? TimeSpan.FromMilliseconds(300) : RequestTimeout);
        _world.Time.Advance(Places.Learning);
        await CutOffAsync(cut);

        _world.Time.Advance(Places.Cooling - TimeSpan.FromMilliseconds(1));
        var at = await _world.StatusOfAsync("low");
        _world.Time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal((Refused, HttpStatusCode.OK), (at, await _world.StatusOfAsync("low")));
    }

    [Fact]
    public async Task Whoever_says_it_in_two_lines_has_said_neither()
    {
        await _world.ShedAsync(capacity: 0);
        _world.Answer.SetResult();
        using var user = new TcpClient(_world.Router.Url.Host, _world.Router.Url.Port);
        var connection = user.GetStream();
        await connection.WriteAsync(Encoding.ASCII.GetBytes(
            $"GET /{RouterRig.Slot}/ HTTP/1.1\r\nHost: {_world.Router.Url.Authority}\r\n"
            + $"{Class}: low\r\n{Class}: low\r\n\r\n"));

        using var reader = new StreamReader(connection);

        Assert.Equal("HTTP/1.1 200 OK", await reader.ReadLineAsync());
    }

    [Fact]
    public async Task Before_it_was_seen_what_high_needs_all_is_kept()
    {
        await _world.ShedAsync(capacity: 100);

        using var shed = await _world.AskAsync("low");

        Assert.Equal(Refused, shed.StatusCode);
    }

    [Fact]
    public async Task Another_capacity_counts_at_once_for_those_under_way()
    {
        await _world.ShedAsync(capacity: 1);
        _world.Time.Advance(Places.Learning);
        var first = await _world.UnderWayAsync("low");
        await _world.ShedAsync(capacity: 2);
        var second = await _world.UnderWayAsync("low");

        using var shed = await _world.AskAsync("low");

        Assert.Equal(Refused, shed.StatusCode);
        await _world.AllGoodAsync(first, second);
    }

    [Fact]
    public async Task A_request_that_has_ended_leaves_its_place()
    {
        await _world.ShedAsync(capacity: 1);
        _world.Time.Advance(Places.Learning);
        await _world.AllGoodAsync(await _world.UnderWayAsync("low"));

        using var next = await _world.AskAsync("low");

        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
    }

    private async Task CutOffAsync(string by)
    {
        if (by == "by its instance")
        {
            _world.Upstream.Answer = context =>
            {
                context.Abort();
                return Task.CompletedTask;
            };
        }

        using var user = new CancellationTokenSource();
        var asked = await _world.UnderWayAsync("low", user.Token);
        if (by == "by its user")
        {
            await user.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        }
        else
        {
            using var response = await asked;
            Assert.InRange((int)response.StatusCode, 502, 504);
        }

        await _world.NoneIsUnderWayAsync();
        _world.Upstream.Answer = null;
    }
}
