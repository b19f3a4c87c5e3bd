using Microsoft.AspNetCore.Http;
using OrleansRelease.Cli.Tests.Harness;
using OrleansRelease.Cli.Texts;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Rollouts;

namespace OrleansRelease.Cli.Tests.Commands;

public sealed class WhenARolloutIsWatched
{
    [Fact]
    public async Task There_is_one_line_for_each_change_until_it_has_succeeded()
    {
        await using var server = await ServerAsync(Seeds.Moving, Seeds.Moving, Seeds.Held, Seeds.Succeeded);
        var ran = await Ran.OrelAsync(server, "rollout", "watch", "checkout.production.7");
        Assert.Equal(0, ran.Exit);
        var lines = ran.Out.TrimEnd('\n').Split('\n').Select(line => line.Split(' ', 2)[1]);
        Assert.Equal(
            new[] { Seeds.Moving, Seeds.Held, Seeds.Succeeded }.Select(state => WatchText.Line(state, Seeds.Spec)),
            lines);
        Assert.DoesNotContain('\u001b', ran.Out);
    }

    [Fact]
    public async Task One_that_is_taken_back_ends_with_1()
    {
        var takenBack = Seeds.GoingBack with
        {
            Stage = new Stage.Ended(Phase.RolledBack, ((Stage.GoingBack)Seeds.GoingBack.Stage).Cause),
        };
        await using var server = await ServerAsync(Seeds.Moving, Seeds.GoingBack, takenBack);
        var ran = await Ran.OrelAsync(server, "rollout", "watch", "checkout", "-e", "production");
        Assert.Equal(1, ran.Exit);
        Assert.Contains("RolledBack 0 % · ended · golden-signals/errors failed", ran.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_that_breaks_is_taken_up_again()
    {
        await using var server = await ServerAsync(1, Seeds.Moving, Seeds.Succeeded);
        var ran = await Ran.OrelAsync(server, "rollout", "watch", "checkout.production.7");
        Assert.Equal(0, ran.Exit);
        Assert.True(server.Requests.Count(IsEvents) > 1);
        Assert.Contains("the rollout goes on", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_falls_silent_is_looked_for_again()
    {
        var streams = 0;
        await using var server = await ScriptedServer.StartAsync(async (http, asked) =>
        {
            if (!IsEvents(asked))
            {
                await AnswerAsync(http, asked, streams < 2 ? Seeds.Moving : Seeds.Succeeded);
                return;
            }

            http.Response.ContentType = "text/event-stream";
            await http.Response.WriteAsync("event: heartbeat\ndata: {}\n\n");
            await http.Response.Body.FlushAsync();
            if (Interlocked.Increment(ref streams) == 1) await SilentAsync(http);
        });
        var ran = await Ran.OrelAsync(server.Url, new HurriedTime(50), "rollout", "watch", "checkout.production.7");
        Assert.Equal(0, ran.Exit);
        Assert.Contains("the rollout goes on", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_never_says_a_word_is_given_up()
    {
        await using var server = await ScriptedServer.StartAsync((http, _) => SilentAsync(http));
        var ran = await Ran.OrelAsync(server.Url, new HurriedTime(50), "rollout", "watch", "checkout.production.7");
        Assert.Equal(3, ran.Exit);
        Assert.Contains("the server has been away", ran.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whoever_answers_for_a_server_that_restarts_is_waited_out(bool forEvents)
    {
        var answered = 0;
        await using var server = await ScriptedServer.StartAsync((http, asked) =>
            IsEvents(asked) == forEvents && Interlocked.Increment(ref answered) <= 2
                ? ScriptedServer.AnswerAsync(http, 502, "<html>Bad Gateway</html>")
                : BeatOrAnswerAsync(http, asked, Seeds.Succeeded));
        var ran = await Ran.OrelAsync(server.Url, new HurriedTime(50), "rollout", "watch", "checkout.production.7");
        Assert.Equal(0, ran.Exit);
        Assert.Contains("the rollout goes on", ran.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_that_does_not_come_back_behind_it_is_given_up(bool forEvents)
    {
        await using var server = await ScriptedServer.StartAsync((http, asked) => IsEvents(asked) == forEvents
            ? ScriptedServer.AnswerAsync(http, 502, "<html>Bad Gateway</html>")
            : BeatOrAnswerAsync(http, asked, Seeds.Moving));
        var ran = await Ran.OrelAsync(server.Url, new HurriedTime(50), "rollout", "watch", "checkout.production.7");
        Assert.Equal(3, ran.Exit);
        Assert.Contains("the server has been away", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_refuses_its_events_is_given_up_at_once()
    {
        await using var server = await ScriptedServer.StartAsync(401, """{"code":"unauthorized","detail":"no"}""");
        var ran = await Ran.OrelAsync(server, "rollout", "watch", "checkout.production.7");
        Assert.Equal((3, 1), (ran.Exit, server.Requests.Count));
        Assert.Contains("events are refused", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_does_not_exist_is_refused()
    {
        await using var server = await ScriptedServer.StartAsync((http, asked) =>
            IsEvents(asked)
                ? http.Response.WriteAsync("event: heartbeat\ndata: {}\n\n")
                : ScriptedServer.AnswerAsync(
                    http, 404, """{"code":"not-found","detail":"there is no such rollout"}"""));
        var ran = await Ran.OrelAsync(server, "rollout", "watch", "checkout.production.9");
        Assert.Equal(1, ran.Exit);
        Assert.Contains("there is no such rollout", ran.Error, StringComparison.Ordinal);
    }

    private static bool IsEvents(Asked asked) => asked.Path.StartsWith("/api/v1/events", StringComparison.Ordinal);

    private static Task<ScriptedServer> ServerAsync(params RolloutState[] states) => ServerAsync(states.Length, states);

    /// <summary>Each look at the rollout sees the next state; the stream ends after some events.</summary>
    private static Task<ScriptedServer> ServerAsync(int eventsOfAStream, params RolloutState[] states)
    {
        var looks = 0;
        return ScriptedServer.StartAsync(async (http, asked) =>
        {
            if (IsEvents(asked))
            {
                http.Response.ContentType = "text/event-stream";
                for (var i = 0; i < eventsOfAStream; i++)
                    await http.Response.WriteAsync($"id: {i}\nevent: rollout\ndata: {{}}\n\n");
            }
            else
            {
                // Which rollout it is was asked for by another address than the rollout itself.
                var isLook = asked.Path.EndsWith(".7", StringComparison.Ordinal);
                var state = states[Math.Min(isLook ? looks++ : looks, states.Length - 1)];
                await AnswerAsync(http, asked, state);
            }
        });
    }

    private static Task BeatOrAnswerAsync(HttpContext http, Asked asked, RolloutState state) => IsEvents(asked)
        ? http.Response.WriteAsync("event: heartbeat\ndata: {}\n\n")
        : AnswerAsync(http, asked, state);

    private static Task AnswerAsync(HttpContext http, Asked asked, RolloutState state) =>
        ScriptedServer.AnswerAsync(http, 200, asked.Path.EndsWith("/spec", StringComparison.Ordinal)
            ? Vocabulary.Write(Seeds.Spec)
            : Vocabulary.Write(new RolloutAnswer(state.Id, state.Phase, state.Share, 41, null, state)));

    /// <summary>Neither a byte nor an end, as long as the other side stays.</summary>
    private static async Task SilentAsync(HttpContext http)
    {
        var left = new TaskCompletionSource();
        await using var _ = http.RequestAborted.Register(left.SetResult);
        await left.Task;
    }
}
