using Microsoft.AspNetCore.Http;
using OrleansRelease.Cli.Tests.Harness;

namespace OrleansRelease.Cli.Tests.Commands;

public sealed class WhenACommandIsInterrupted : IDisposable
{
    private readonly CancellationTokenSource _interrupt = new();

    public void Dispose() => _interrupt.Dispose();

    [Fact]
    public async Task While_its_answer_is_awaited_it_is_told_how_to_give_it_again()
    {
        await using var server = await ScriptedServer.StartAsync((http, _) => InterruptAsync(http));
        AssertToldAgain(await RunAsync(server, "rollout", "abort", "checkout.production.7"), server);
    }

    [Fact]
    public async Task Before_it_is_sent_again_it_is_told_so_too()
    {
        await using var server = await ScriptedServer.StartAsync((http, _) =>
        {
            http.Response.OnCompleted(_interrupt.CancelAsync);
            return ScriptedServer.AnswerAsync(http, 504, """{"code":"outcome-unknown","detail":"late"}""");
        });
        AssertToldAgain(await RunAsync(server, "rollout", "abort", "checkout.production.7"), server);
    }

    [Theory]
    [InlineData("explain", "checkout.production.7")]
    [InlineData("rollout", "abort", "checkout", "-e", "production")]
    public async Task While_a_question_is_asked_nothing_is_said(params string[] args)
    {
        await using var server = await ScriptedServer.StartAsync((http, _) => InterruptAsync(http));
        Assert.Equal(new Ran(130, "", ""), await RunAsync(server, args));
        Assert.Equal("GET", server.Requests.Single().Method);
    }

    private static void AssertToldAgain(Ran ran, ScriptedServer server)
    {
        Assert.Equal((130, ""), (ran.Exit, ran.Out));
        var key = server.Requests.Single().Key;
        Assert.Contains("not known whether it was carried out", ran.Error, StringComparison.Ordinal);
        Assert.Contains(
            $"orel rollout abort checkout.production.7 --idempotency-key {key}\n", ran.Error, StringComparison.Ordinal);
    }

    private Task<Ran> RunAsync(ScriptedServer server, params string[] args) =>
        Ran.OrelAsync(server.Url, TimeProvider.System, _interrupt.Token, args);

    /// <summary>As Ctrl-C does: the request has arrived, and is never answered.</summary>
    private async Task InterruptAsync(HttpContext http)
    {
        var left = new TaskCompletionSource();
        await using var _ = http.RequestAborted.Register(left.SetResult);
        await _interrupt.CancelAsync();
        await left.Task;
    }
}
