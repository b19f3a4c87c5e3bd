using System.Net;
using System.Net.Sockets;
using OrleansRelease.Cli.Tests.Harness;
using OrleansRelease.Core.Json;

namespace OrleansRelease.Cli.Tests.Commands;

public sealed class WhenItIsNotKnownWhatBecameOfACommand
{
    private const string Late = """{"code":"outcome-unknown","detail":"late"}""";

    private static readonly HurriedTime Hurried = new(20);

    [Fact]
    public async Task It_is_asked_for_again_with_the_same_key_and_then_4()
    {
        await using var server = await ScriptedServer.StartAsync(504, Late);
        var ran = await AbortAsync(server.Url);
        Assert.Equal(4, ran.Exit);
        Assert.Contains("next", ran.Error, StringComparison.Ordinal);
        Assert.Equal(3, server.Requests.Count);
        Assert.Single(server.Requests.Select(asked => asked.Key).Distinct());
        Assert.NotNull(server.Requests.First().Key);
    }

    [Fact]
    public async Task A_connection_that_breaks_under_a_command_is_such_a_case_too()
    {
        await using var server = await ScriptedServer.StartAsync((http, _) =>
        {
            http.Abort();
            return Task.CompletedTask;
        });
        Assert.Equal(4, (await AbortAsync(server.Url)).Exit);
        Assert.Equal(3, (await Ran.OrelAsync(server.Url, Hurried, "explain", "checkout.production.7")).Exit);
        Assert.Equal(3, (await Ran.OrelAsync(
            server.Url, Hurried, "plan", "checkout", "-e", "production", "--version", "3.2.0")).Exit);
    }

    [Fact]
    public async Task It_stays_so_when_nobody_listens_any_more()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var served = ReadOnceAndLeaveAsync(listener);
        var ran = await AbortAsync($"http://{listener.LocalEndpoint}");
        await served;
        Assert.True(ran.Exit == 4, $"{ran.Exit}: {ran.Error}");
    }

    [Fact]
    public async Task It_stays_so_when_whoever_listens_then_does_not_know_us()
    {
        var asked = 0;
        await using var server = await ScriptedServer.StartAsync((http, _) => asked++ == 0
            ? ScriptedServer.AnswerAsync(http, 504, Late)
            : ScriptedServer.AnswerAsync(http, 401, """{"code":"unauthorized","detail":"no"}"""));
        Assert.Equal(4, (await AbortAsync(server.Url)).Exit);
    }

    [Theory]
    [InlineData(500, """{"code":"unexpected","detail":"a defect"}""")]
    [InlineData(502, "<html>Bad Gateway</html>")]
    [InlineData(503, "")]
    public async Task Whoever_only_says_that_something_failed_leaves_it_open(int status, string body)
    {
        await using var server = await ScriptedServer.StartAsync(status, body);
        var ran = await AbortAsync(server.Url);
        Assert.Equal((4, 3), (ran.Exit, server.Requests.Count));
        Assert.Contains($"--idempotency-key {server.Requests.Last().Key}\n", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_its_repetition_is_told_is_what_became_of_it()
    {
        var asked = 0;
        await using var server = await ScriptedServer.StartAsync((http, _) => asked++ == 0
            ? ScriptedServer.AnswerAsync(http, 502, "")
            : ScriptedServer.AnswerAsync(http, 409, """{"code":"already-ended","detail":"it has ended"}"""));
        var ran = await AbortAsync(server.Url);
        Assert.Equal((1, 2), (ran.Exit, server.Requests.Count));
    }

    [Fact]
    public async Task A_question_that_fails_is_only_told_so()
    {
        await using var server = await ScriptedServer.StartAsync(500, """{"code":"unexpected","detail":"a defect"}""");
        var ran = await Ran.OrelAsync(server, "explain", "checkout.production.7");
        Assert.Equal((1, 1), (ran.Exit, server.Requests.Count));
    }

    [Fact]
    public async Task The_command_is_printed_with_its_key_and_the_rollout_that_it_was_for()
    {
        await using var server = await ScriptedServer.StartAsync((http, asked) => asked.Method == "GET"
            ? ScriptedServer.AnswerAsync(http, 200, Vocabulary.Write(Seeds.Explain(Seeds.Held)))
            : ScriptedServer.AnswerAsync(http, 504, Late));
        var ran = await Ran.OrelAsync(
            server.Url, Hurried, "rollout", "abort", "checkout", "--reason", "checkout isn't well", "-e", "production");
        Assert.Equal(4, ran.Exit);
        var key = server.Requests.Last().Key;
        Assert.Contains(
            $"orel rollout abort checkout.production.7 --reason 'checkout isn'\\''t well' --idempotency-key {key}\n",
            ran.Error, StringComparison.Ordinal);
        Assert.Equal(
            ["/api/v1/rollouts/checkout.production/explain", "/api/v1/rollouts/checkout.production.7/abort"],
            server.Requests.Select(asked => asked.Path).Distinct());
    }

    [Fact]
    public async Task A_key_that_is_given_is_the_one_that_is_sent()
    {
        await using var server = await ScriptedServer.StartAsync(504, Late);
        var ran = await AbortAsync(server.Url, "--idempotency-key", "K-1");
        Assert.All(server.Requests, asked => Assert.Equal("K-1", asked.Key));
        Assert.Contains(
            "orel rollout abort checkout.production.7 --idempotency-key K-1\n", ran.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rollout", "abort", "checkout", "-e", "production", "--idempotency-key", "K")]
    [InlineData("rollout", "abort", "checkout.production.7", "--idempotency-key", "not a key")]
    public async Task A_key_without_a_name_or_that_is_none_asks_nothing(params string[] args)
    {
        await using var server = await ScriptedServer.StartAsync(200, "{}");
        Assert.Equal(2, (await Ran.OrelAsync(server, args)).Exit);
        Assert.Empty(server.Requests);
    }

    private static Task<Ran> AbortAsync(string url, params string[] more) =>
        Ran.OrelAsync(url, Hurried, ["rollout", "abort", "checkout.production.7", .. more]);

    /// <summary>Takes one request and then is gone, like a server that is killed while it works.</summary>
    private static async Task ReadOnceAndLeaveAsync(TcpListener listener)
    {
        using var client = await listener.AcceptTcpClientAsync();
        listener.Stop();
        await client.GetStream().ReadAtLeastAsync(new byte[4096], 1);
    }
}
