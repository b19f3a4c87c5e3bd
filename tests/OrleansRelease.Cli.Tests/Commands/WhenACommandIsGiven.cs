using OrleansRelease.Cli.Tests.Harness;
using OrleansRelease.Core.Freezes;
using OrleansRelease.Core.Json;

namespace OrleansRelease.Cli.Tests.Commands;

public sealed class WhenACommandIsGiven
{
    private const string Refused =
        """{"status":409,"detail":"the rollout is not paused","code":"not-paused","accepted":"pause it first"}""";

    [Fact]
    public async Task What_the_API_answered_is_printed_unchanged_as_json()
    {
        var json = Vocabulary.Write(Seeds.Explain(Seeds.Held));
        await using var server = await ScriptedServer.StartAsync(200, json);
        var ran = await Ran.OrelAsync(server, "explain", "checkout", "-e", "production", "--output", "json");
        Assert.Equal((0, json + "\n"), (ran.Exit, ran.Out));
        Assert.Equal("/api/v1/rollouts/checkout.production/explain", server.Requests.Single().Path);
    }

    [Theory]
    [InlineData("metric=signals%2Ferrors")]
    [InlineData("metric=signals%2Ferrors&window=12", "--window", "12")]
    [InlineData("metric=signals%2Ferrors&sequence=41", "--sequence", "41")]
    [InlineData("metric=signals%2Ferrors&window=12&sequence=41", "--window", "12", "--sequence", "41")]
    public async Task One_verdict_is_asked_for_by_its_window_and_by_its_decision(string asked, params string[] which)
    {
        await using var server = await ScriptedServer.StartAsync(200, Vocabulary.Write(VerdictSeed.Failed()));
        var ran = await Ran.OrelAsync(
            server, ["explain", "checkout.production.7", "--metric", "signals/errors", .. which]);
        Assert.Equal(0, ran.Exit);
        Assert.Contains("decision 41", ran.Out, StringComparison.Ordinal);
        Assert.Equal($"/api/v1/rollouts/checkout.production.7/verdict?{asked}", server.Requests.Single().Path);
    }

    [Fact]
    public async Task A_refusal_ends_with_1_and_says_what_would_be_accepted()
    {
        await using var server = await ScriptedServer.StartAsync(409, Refused);
        var ran = await Ran.OrelAsync(server, "rollout", "resume", "checkout.production.7", "--reason", "go");
        Assert.Equal((1, ""), (ran.Exit, ran.Out));
        Assert.Equal("refused   the rollout is not paused (not-paused)\naccepted  pause it first\n", ran.Error);
        Assert.Equal("""{"reason":"go"}""", server.Requests.Single().Body);
    }

    [Fact]
    public async Task Slots_are_listed_like_rollouts()
    {
        await using var server = await ScriptedServer.StartAsync(200,
            """{"items":[{"key":"cart.production","phase":"Free","version":"2.0","updatedAt":"2026-01-01T00:00Z"}]}""");
        var ran = await Ran.OrelAsync(server, "get", "slots", "-e", "production");
        Assert.Matches(@"\ASLOT +STABLE +PHASE +CHANGED +NOTE\ncart\.production +2\.0 +Free +\S.* ago\n\z", ran.Out);
        Assert.Equal("/api/v1/slots?limit=500&environment=production", server.Requests.Single().Path);
    }

    [Fact]
    public async Task A_freeze_is_asked_for_with_its_end_and_its_reason()
    {
        await using var server = await ScriptedServer.StartAsync(200, Vocabulary.Write(
            new FreezeAnswer(Seeds.Id.Slot.Environment, FreezeOutcome.Frozen, Seeds.Freeze)));
        var ran = await Ran.OrelAsync(
            server, "freeze", "-e", "production", "--for", "2h", "--reason", "incident", "--idempotency-key", "K");
        Assert.Equal(0, ran.Exit);
        Assert.StartsWith("production is frozen until ", ran.Out, StringComparison.Ordinal);
        var asked = server.Requests.Single();
        Assert.Equal("/api/v1/environments/production/freeze", asked.Path);
        Assert.Equal(("""{"for":"2h","reason":"incident"}""", "K"), (asked.Body, asked.Key));
    }

    [Fact]
    public async Task An_environment_that_is_frozen_is_shown_so()
    {
        await using var server = await ScriptedServer.StartAsync((http, asked) => ScriptedServer.AnswerAsync(
            http, 200, asked.Path.EndsWith("/freeze", StringComparison.Ordinal)
                ? Vocabulary.Write(new { environment = "production", freeze = Seeds.Freeze })
                : """{"text":"kind: Environment\n"}"""));
        var ran = await Ran.OrelAsync(server, "get", "environment", "production");
        Assert.Matches(@"\A# production is frozen by ana until .*: incident 4711\nkind: Environment\n\z", ran.Out);
    }

    [Fact]
    public async Task A_dry_run_is_asked_for_and_told_as_such()
    {
        await using var server = await ScriptedServer.StartAsync(
            200, """{"rolloutId":"checkout.production.8","queuePlace":1}""");
        var ran = await Ran.OrelAsync(
            server, "rollout", "start", "checkout", "-e", "production", "--version", "3.2.0", "--dry-run");
        Assert.Equal("checkout.production.8 would start, 1 before it (dry run)\n", ran.Out);
        Assert.Equal("/api/v1/rollouts?dryRun=true", server.Requests.Single().Path);
    }

    [Theory]
    [InlineData("rollout", "start", "checkout", "-e", "production", "--version", "3.2.0", "--dry-run")]
    [InlineData("rollout", "abort", "checkout.production.7", "--dry-run")]
    [InlineData("slot", "retry", "checkout", "-e", "production", "--dry-run")]
    [InlineData("environment", "retry", "production", "--dry-run")]
    [InlineData("freeze", "-e", "production", "--for", "2h", "--reason", "why", "--dry-run")]
    [InlineData("thaw", "-e", "production", "--reason", "why", "--dry-run")]
    public async Task Of_a_dry_run_without_an_answer_nothing_is_open(params string[] args)
    {
        await using var server = await ScriptedServer.StartAsync((http, _) =>
        {
            http.Abort();
            return Task.CompletedTask;
        });
        var ran = await Ran.OrelAsync(server.Url, new HurriedTime(20), args);
        Assert.Equal(3, ran.Exit);
        Assert.DoesNotContain("carried out", ran.Error, StringComparison.Ordinal);
        Assert.All(server.Requests, asked => Assert.EndsWith("?dryRun=true", asked.Path, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Another_token_is_told_where_the_right_one_is()
    {
        await using var server = await ScriptedServer.StartAsync(401, """{"code":"unauthorized","detail":"no"}""");
        var ran = await Ran.OrelAsync(server, "get", "services");
        Assert.Contains("admin.token", ran.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("explain")]
    [InlineData("explain", "checkout")]
    [InlineData("explain", "Not A Name", "-e", "production")]
    [InlineData("explain", "checkout.production.7", "--window", "12")]
    [InlineData("explain", "checkout.production.7", "--sequence", "41")]
    [InlineData("get", "nonsense")]
    [InlineData("freeze", "-e", "production", "--reason", "without an end")]
    [InlineData("freeze", "-e", "production", "--for", "2h")]
    [InlineData("freeze", "--for", "2h", "--reason", "nowhere")]
    [InlineData("thaw", "-e", "production")]
    [InlineData("get", "service", "checkout", "--effective")]
    [InlineData("get", "rules")]
    [InlineData("get", "rules", "checkout", "-e", "production")]
    [InlineData("apply")]
    [InlineData("apply", "-f", "no-such-file.yaml")]
    [InlineData("get", "services", "--output", "xml")]
    public async Task Wrong_usage_ends_with_2_and_asks_nothing(params string[] args)
    {
        await using var server = await ScriptedServer.StartAsync(200, "{}");
        var ran = await Ran.OrelAsync(server, args);
        Assert.Equal(2, ran.Exit);
        Assert.NotEmpty(ran.Error);
        Assert.Empty(server.Requests);
    }
}
