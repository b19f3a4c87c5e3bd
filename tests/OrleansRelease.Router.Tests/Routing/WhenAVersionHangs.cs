using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OrleansRelease.Core.Effects;

namespace OrleansRelease.Router.Tests.Routing;

public sealed class WhenAVersionHangs : IAsyncLifetime
{
    private RouterRig _router = null!;
    private Upstream _upstream = null!;

    private Uri Url => new(_router.Url, $"/{RouterRig.Slot}/");

    public async Task InitializeAsync()
    {
        _router = await RouterRig.StartAsync();
        _upstream = await Upstream.StartAsync("1.0");
    }

    public async Task DisposeAsync()
    {
        await _router.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    [Fact]
    public async Task A_request_is_bad_by_the_time_out_of_its_slot_and_counted_once()
    {
        await SetAsync("300ms");
        _upstream.Answer = context => UntilAbortedAsync(context);

        using var response = await _router.Users.GetAsync(Url);

        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
        await CountsAsync(started: 1, total: 1, bad: 1);
    }

    [Fact]
    public async Task An_answer_that_stalls_half_way_is_bad()
    {
        await SetAsync("300ms");
        _upstream.Answer = BeginAndHangAsync;

        await Assert.ThrowsAsync<HttpRequestException>(() => _router.Users.GetStringAsync(Url));

        await CountsAsync(started: 1, total: 1, bad: 1);
    }

    [Fact]
    public async Task A_stream_of_events_that_has_begun_may_be_silent_for_longer()
    {
        await SetAsync("300ms");
        _upstream.Answer = async context =>
        {
            await context.Response.Body.FlushAsync();
            await PassAsync(TimeSpan.FromSeconds(1));
            await context.Response.WriteAsync("data: at last");
        };
        var request = new HttpRequestMessage(HttpMethod.Get, Url);
        request.Headers.Accept.ParseAdd("text/event-stream");

        using var response = await _router.Users.SendAsync(request);

        Assert.Equal("data: at last", await response.Content.ReadAsStringAsync());
        await CountsAsync(started: 1, total: 1, bad: 0);
    }

    [Fact]
    public async Task A_stream_of_events_that_has_nothing_to_say_is_ended_and_not_held_against_its_version()
    {
        await using var router = await RouterRig.StartAsync(streamIdle: TimeSpan.FromMilliseconds(300));
        using var set = await router.PutAsync(new Fence(1, 1, 1), ("1.0", 10_000, [_upstream.Address]));
        _upstream.Answer = BeginAndHangAsync;
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(router.Url, $"/{RouterRig.Slot}/"));
        request.Headers.Accept.ParseAdd("text/event-stream");

        await Assert.ThrowsAsync<HttpRequestException>(() => router.Users.SendAsync(request));

        await CountsAsync(router, started: 1, total: 1, bad: 0);
    }

    [Fact]
    public async Task A_stream_of_events_that_its_version_breaks_is_bad()
    {
        await SetAsync("10s");
        var begun = new TaskCompletionSource();
        _upstream.Answer = async context =>
        {
            await context.Response.WriteAsync("half of ");
            await context.Response.Body.FlushAsync();
            await begun.Task;
            context.Abort();
        };
        var request = new HttpRequestMessage(HttpMethod.Get, Url);
        request.Headers.Accept.ParseAdd("text/event-stream");
        using var response = await _router.Users.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        begun.SetResult();

        await Assert.ThrowsAsync<HttpRequestException>(() => response.Content.ReadAsStringAsync());

        await CountsAsync(started: 1, total: 1, bad: 1);
    }

    [Theory]
    [InlineData("Accept", "text/event-stream")]
    [InlineData("Upgrade", "h2c")]
    [InlineData("Upgrade", "websocket")]
    public async Task What_a_user_says_of_a_request_gives_the_version_no_more_time_to_begin(string header, string says)
    {
        await SetAsync("300ms");
        _upstream.Answer = context => UntilAbortedAsync(context);
        var request = new HttpRequestMessage(HttpMethod.Get, Url);
        request.Headers.TryAddWithoutValidation(header, says);
        if (header == "Upgrade") request.Headers.Connection.Add(header);

        using var response = await _router.Users.SendAsync(request);

        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
        await CountsAsync(started: 1, total: 1, bad: 1);
    }

    [Fact]
    public async Task A_user_who_stalls_in_its_own_upload_is_no_evidence_against_the_version()
    {
        await SetAsync("10s");
        _upstream.Answer = context => context.Request.Body.CopyToAsync(Stream.Null);
        using (var user = new TcpClient(Url.Host, Url.Port))
        {
            var connection = user.GetStream();
            await connection.WriteAsync(Encoding.ASCII.GetBytes(
                $"POST {Url.AbsolutePath} HTTP/1.1\r\nHost: {Url.Authority}\r\nContent-Length: 10\r\n\r\nhalf"));
            // The router gives up on who sends next to nothing, and says so.
            Assert.Equal(1, await connection.ReadAsync(new byte[1]));
        }

        _upstream.Answer = null;
        await _router.AskAsync(1);

        await CountsAsync(started: 2, total: 1, bad: 0);
    }

    [Fact]
    public async Task A_user_who_does_not_wait_for_an_answer_is_no_evidence_that_there_would_have_been_one()
    {
        await SetAsync("10s");
        var gone = new TaskCompletionSource();
        _upstream.Answer = async context =>
        {
            await UntilAbortedAsync(context);
            gone.SetResult();
        };
        using var impatient = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _router.Users.GetAsync(Url, impatient.Token));
        await gone.Task;
        _upstream.Answer = null;

        await _router.AskAsync(1);

        await CountsAsync(started: 2, total: 1, bad: 0);
    }

    [Theory]
    [InlineData("99ms")]
    [InlineData("11m")]
    public async Task A_time_out_that_means_nothing_is_refused(string timeout)
    {
        using var response = await PutAsync(timeout);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
    }

    [Fact]
    public async Task The_time_out_survives_a_restart()
    {
        await SetAsync("7s");

        await _router.RestartAsync();

        Assert.Equal("7s", (await _router.GetAsync()).GetProperty("requestTimeout").GetString());
    }

    private static async Task BeginAndHangAsync(HttpContext context)
    {
        await context.Response.WriteAsync("half of ");
        await context.Response.Body.FlushAsync();
        await UntilAbortedAsync(context);
    }

    private static Task UntilAbortedAsync(HttpContext context)
    {
        var end = new TaskCompletionSource();
        context.RequestAborted.Register(() => end.TrySetResult());
        return end.Task;
    }

    private static async Task PassAsync(TimeSpan time)
    {
        using var timer = new PeriodicTimer(time);
        await timer.WaitForNextTickAsync();
    }

    private async Task SetAsync(string timeout)
    {
        using var response = await PutAsync(timeout);
        response.EnsureSuccessStatusCode();
    }

    private Task<HttpResponseMessage> PutAsync(string timeout) => _router.PutTextAsync(JsonSerializer.Serialize(new
    {
        fence = new { epoch = 1, generation = 1, ordinal = 1 },
        weights = new Dictionary<string, int> { ["1.0"] = 10_000 },
        addresses = new Dictionary<string, Uri[]> { ["1.0"] = [_upstream.Address] },
        requestTimeout = timeout,
    }));

    private Task CountsAsync(int started, int total, int bad) => CountsAsync(_router, started, total, bad);

    private static Task CountsAsync(RouterRig router, int started, int total, int bad) => Eventually.IsAsync(
        $"{started} requests were sent, {total} ended, {bad} of them bad",
        async () =>
        {
            var counts = (await router.GetAsync()).GetProperty("counts").GetProperty("1.0");
            return (counts.GetProperty("started").GetInt32(), counts.GetProperty("total").GetInt32(),
                counts.GetProperty("bad").GetInt32());
        },
        seen => seen == (started, total, bad));
}
