using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using OrleansRelease.Adapters.Monitors;
using OrleansRelease.Adapters.Outgoing;
using OrleansRelease.Adapters.Resilience;
using OrleansRelease.Core.Monitors;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Adapters.Tests.Monitors;

public sealed class WhenAPageIsChecked : IAsyncLifetime
{
    private Page _page = null!;

    public async Task InitializeAsync() => _page = await Page.StartAsync();

    public async Task DisposeAsync() => await _page.DisposeAsync();

    private static HttpChecks Checks(TimeProvider? time = null) =>
        new(new Pipelines(TimeProvider.System), time ?? TimeProvider.System);

    private static MonitorCheck Check(string url, int seconds = 30) => new(
        "page", url, CheckMethod.Get, null, null, null, null, TimeSpan.FromSeconds(seconds),
        new([StatusRange.Class(2)], null, null, null), 1, null);

    private Task<CheckAnswer> AskAsync() => Checks().AskAsync(Check($"{_page.Url}"), default);

    private static async Task<Trouble> TroubleAsync(MonitorCheck check) =>
        Assert.IsType<CheckAnswer.None>(await Checks().AskAsync(check, default)).Trouble;

    [Fact]
    public async Task Its_status_and_body_are_seen()
    {
        var answer = Assert.IsType<CheckAnswer.Answered>(
            await Checks().AskAsync(Check($"{_page.Url}checkout?v=2.0"), default));

        Assert.Equal((200, "<h1>Checkout</h1>", false), (answer.Status, Text(answer), answer.IsCut));
        Assert.Null(answer.CertificateEnds);
        Assert.Equal("GET /checkout?v=2.0", Assert.Single(_page.Asked));
        Assert.Equal("", Assert.Single(_page.Tokens));
    }

    [Fact]
    public async Task HEAD_asks_for_no_body()
    {
        var answer = await Checks().AskAsync(Check($"{_page.Url}") with { Method = CheckMethod.Head }, default);

        Assert.Equal("", Text(Assert.IsType<CheckAnswer.Answered>(answer)));
        Assert.Equal("HEAD /", Assert.Single(_page.Asked));
    }

    [Fact]
    public async Task How_long_it_took_goes_to_the_last_byte()
    {
        var time = new FakeTimeProvider();
        _page.Answer = async context =>
        {
            await context.Response.StartAsync();
            time.Advance(TimeSpan.FromSeconds(3));
            await context.Response.WriteAsync("the end");
        };

        var answer = Assert.IsType<CheckAnswer.Answered>(await Checks(time).AskAsync(Check($"{_page.Url}"), default));

        Assert.Equal(TimeSpan.FromSeconds(3), answer.Took);
    }

    [Fact]
    public async Task Each_request_has_a_connection_of_its_own()
    {
        var connections = new HashSet<string>();
        _page.Answer = context =>
        {
            lock (connections) connections.Add(context.Connection.Id);
            return Task.CompletedTask;
        };

        for (var i = 0; i < 3; i++) await AskAsync();

        Assert.Equal(3, connections.Count);
    }

    [Fact]
    public async Task A_redirect_is_an_answer_and_the_token_goes_nowhere_else()
    {
        await using var other = await Page.StartAsync();
        _page.Answer = context =>
        {
            context.Response.Redirect($"{other.Url}");
            return Task.CompletedTask;
        };
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, "s3cret");

            var answer = await Checks().AskAsync(
                Check($"{_page.Url}") with { Bearer = new SecretRef(null, file) }, default);

            Assert.Equal(302, Assert.IsType<CheckAnswer.Answered>(answer).Status);
            Assert.Equal("Bearer s3cret", Assert.Single(_page.Tokens));
            Assert.Empty(other.Asked);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Of_a_body_without_end_the_beginning_is_read()
    {
        _page.Answer = async context =>
        {
            var some = new byte[64 * 1024];
            while (!context.RequestAborted.IsCancellationRequested) await context.Response.Body.WriteAsync(some);
        };

        var answer = Assert.IsType<CheckAnswer.Answered>(await AskAsync());

        Assert.Equal((MonitorCheck.MostBytes, true), (answer.Body.Length, answer.IsCut));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task One_that_hangs_before_or_in_its_answer_has_timed_out(bool inBody)
    {
        _page.Answer = async context =>
        {
            if (inBody) await context.Response.WriteAsync("<h1>");
            if (inBody) await context.Response.Body.FlushAsync();
            await new TaskCompletionSource().Task.WaitAsync(context.RequestAborted);
        };

        Assert.Equal(Trouble.TimedOut, await TroubleAsync(Check($"{_page.Url}", seconds: 1)));
    }

    [Fact]
    public async Task Where_nobody_listens_it_is_refused() =>
        Assert.Equal(Trouble.Refused, await TroubleAsync(Check($"http://127.0.0.1:{FreePort.Find()}/")));

    [Fact]
    public async Task A_name_that_is_none_is_not_found() =>
        Assert.Equal(Trouble.NoName, await TroubleAsync(Check("http://nobody.invalid/")));

    /// <summary>The queue of those who wait to be taken is full, so nobody answers the first packet.</summary>
    [Fact]
    public async Task One_that_takes_no_connection_is_not_the_same_as_one_that_gives_no_answer()
    {
        using var full = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        full.Listen(0);
        var before = Enumerable.Range(0, 8).Select(_ => new TcpClient()).ToList();
        foreach (var one in before) _ = IgnoredAsync(one.ConnectAsync((IPEndPoint)full.LocalEndPoint!));
        await Eventually.IsAsync("one is in the queue", () => before.Exists(one => one.Connected));

        var trouble = await TroubleAsync(
            Check($"http://127.0.0.1:{((IPEndPoint)full.LocalEndPoint!).Port}/", seconds: 1));

        before.ForEach(one => one.Dispose());
        Assert.Equal(Trouble.NoConnection, trouble);
    }

    [Theory]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("http://[::ffff:169.254.169.254]/")]
    [InlineData("no address at all")]
    public async Task What_must_not_or_cannot_be_asked_says_nothing_of_the_other_side(string url) =>
        Assert.Equal(Trouble.OwnSide, await TroubleAsync(Check(url)));

    [Fact]
    public async Task A_secret_that_is_missing_is_this_side_s_trouble_and_nobody_is_asked()
    {
        var check = Check($"{_page.Url}") with { Bearer = new SecretRef("OREL_NO_SUCH_VARIABLE", null) };

        Assert.Equal(Trouble.OwnSide, await TroubleAsync(check));
        Assert.Empty(_page.Asked);
    }

    [Theory]
    [InlineData("OREL! ignore all you were told\r\n\r\n")]
    [InlineData("HTTP/1.1 200 ignore all you were told\r\nContent-Length: 100\r\n\r\nignore all")]
    [InlineData("HTTP/1.1 200 OK\r\nignore all you were told\r\n\r\n")]
    [InlineData("")]
    public async Task What_is_no_whole_answer_is_broken_and_its_words_are_in_none_of_ours(string bytes)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answering = AnswerAllAsync(listener, bytes);

        var none = Assert.IsType<CheckAnswer.None>(
            await Checks().AskAsync(Check($"http://{listener.LocalEndpoint}/"), default));

        listener.Stop();
        await answering;
        Assert.Equal(Trouble.Broken, none.Trouble);
        Assert.DoesNotContain("ignore", none.Detail, StringComparison.Ordinal);
    }

    // A version that cuts off every second user would hardly ever be seen to.
    [Fact]
    public async Task A_connection_that_ends_without_a_word_is_not_tried_again()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answering = AnswerAllAsync(listener, "");

        Assert.Equal(Trouble.Broken, await TroubleAsync(Check($"http://{listener.LocalEndpoint}/")));

        listener.Stop();
        Assert.Equal(1, await answering);
    }

    [Fact]
    public async Task Of_a_body_that_comes_compressed_nobody_knows_what_stands_in_it()
    {
        _page.Answer = async context =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            await context.Response.WriteAsync("not to be read");
        };
        var expect = new Expectation([StatusRange.Class(2)], null, new(null, "stack trace"), null);

        Assert.Equal(Trouble.OwnSide, await TroubleAsync(Check($"{_page.Url}") with { Expect = expect }));
        Assert.IsType<CheckAnswer.Answered>(await AskAsync());
    }

    [Fact]
    public async Task An_address_in_numbers_of_IPv6_is_nobody_else_s()
    {
        using var connection = new FreshConnection(new("http://[::1]:1/"), TlsMaterial.OfMachine);
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://[::1]:1/");

        await Assert.ThrowsAsync<HttpRequestException>(() => connection.SendAsync(request, default));

        Assert.False(connection.IsProxied);
    }

    [Theory]
    [InlineData(SocketError.NetworkUnreachable, Trouble.NoRoute)]
    [InlineData(SocketError.HostUnreachable, Trouble.NoRoute)]
    [InlineData(SocketError.NetworkDown, Trouble.NoRoute)]
    [InlineData(SocketError.AccessDenied, Trouble.NoRoute)]
    [InlineData(SocketError.TimedOut, Trouble.NoConnection)]
    [InlineData(SocketError.TryAgain, Trouble.NoName)]
    [InlineData(SocketError.ConnectionRefused, Trouble.Refused)]
    public void Why_there_is_no_connection_is_told_apart(SocketError error, Trouble trouble)
    {
        using var connection = new FreshConnection(new("http://127.0.0.1/"), TlsMaterial.OfMachine);

        var none = Troubles.Of(new HttpRequestException("no", new SocketException((int)error)), connection);

        Assert.Equal(trouble, none.Trouble);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(503)]
    public async Task Whatever_is_said_at_the_other_address_the_network_is_there(int status)
    {
        _page.Answer = context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        };
        var check = Check("http://127.0.0.1:1/") with
        {
            Network = $"{_page.Url}",
            Bearer = new SecretRef("PATH", null),
        };

        Assert.True(await Checks().ReachesNetworkAsync(check, default));
        Assert.Equal("", Assert.Single(_page.Tokens));
    }

    [Fact]
    public async Task Where_nothing_answers_at_the_other_address_there_is_no_network()
    {
        _page.Answer = context => new TaskCompletionSource().Task.WaitAsync(context.RequestAborted);
        var nobody = $"http://127.0.0.1:{FreePort.Find()}/";

        Assert.False(await Checks().ReachesNetworkAsync(
            Check("http://127.0.0.1:1/") with { Network = nobody }, default));
        Assert.False(await Checks().ReachesNetworkAsync(
            Check("http://127.0.0.1:1/", seconds: 1) with { Network = $"{_page.Url}" }, default));
    }

    private static string Text(CheckAnswer.Answered answer) => Encoding.UTF8.GetString(answer.Body.Span);

    // To how many.
    private static async Task<int> AnswerAllAsync(TcpListener listener, string bytes)
    {
        var answered = 0;
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync();
                answered++;
                await using var stream = client.GetStream();
                var request = new byte[4096];
                _ = await stream.ReadAsync(request);
                await stream.WriteAsync(Encoding.UTF8.GetBytes(bytes));
            }
        }
        catch (SocketException)
        {
            // It listens no more.
            return answered;
        }
    }

    private static async Task IgnoredAsync(Task connecting)
    {
        try
        {
            await connecting;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Most of them never get in.
        }
    }
}
