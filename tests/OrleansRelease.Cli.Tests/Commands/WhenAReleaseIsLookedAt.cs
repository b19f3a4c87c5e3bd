using System.Text.Json.Nodes;
using OrleansRelease.Cli.Tests.Harness;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Promotion;
using OrleansRelease.Core.Simulating;

namespace OrleansRelease.Cli.Tests.Commands;

public sealed class WhenAReleaseIsLookedAt
{
    private static readonly string Shop = Path.Combine(Repository.Root, "samples", "shop");

    [Fact]
    public async Task A_plan_without_a_version_is_a_releases()
    {
        await using var server = await ScriptedServer.StartAsync(200, Vocabulary.Write(ShopSeed.Plan()));

        var ran = await Ran.OrelAsync(server, "plan", "shop-2026.11.3", "-e", "rehearsal", "--back");

        Assert.Equal(0, ran.Exit);
        Assert.Contains("in this order: catalog, cart, search, web", ran.Out, StringComparison.Ordinal);
        var asked = server.Requests.Single(one => one.Path == "/api/v1/plans/releases");
        Assert.Equal("""{"release":"shop-2026.11.3","environment":"rehearsal"}""", asked.Body);
    }

    [Fact]
    public async Task The_way_back_of_one_that_has_completed_is_how_it_would_be_taken_back()
    {
        var plans = new
        {
            Id = "shop-2026.11.3.production.1",
            Now = ReleaseSeed.Reversal(),
            Plans = Array.Empty<int>(),
        };
        await using var server = await ScriptedServer.StartAsync(200, Vocabulary.Write(plans));

        var ran = await Ran.OrelAsync(server, "plan", "shop-2026.11.3", "-e", "production", "--back");

        Assert.Equal(0, ran.Exit);
        Assert.Contains("if shop-2026.11.3.production.1 were taken back now", ran.Out, StringComparison.Ordinal);
        Assert.Contains("hotfix-4711.production.1 has brought", ran.Out, StringComparison.Ordinal);
        Assert.Equal(
            "/api/v1/releases/shop-2026.11.3/environments/production/plan", server.Requests.Single().Path);
    }

    [Theory]
    [InlineData("Progressing", true)]
    [InlineData("Failed", true)]
    [InlineData("RolledBack", false)]
    [InlineData("Cancelled", false)]
    public async Task The_way_back_of_one_on_its_way_is_the_one_that_it_has(string phase, bool isItsOwn)
    {
        var plans = new
        {
            Id = "shop-2026.11.3.production.1",
            Now = ReleaseSeed.Reversal() with { Reverses = null },
            Plans = Array.Empty<int>(),
        };
        await using var server = await ScriptedServer.StartAsync((http, asked) => ScriptedServer.AnswerAsync(
            http, 200, asked.Path switch
            {
                "/api/v1/plans/releases" => Vocabulary.Write(ShopSeed.Plan()),
                var path when path.EndsWith("/plan", StringComparison.Ordinal) => Vocabulary.Write(plans),
                _ => $$"""{"phase":"{{phase}}"}""",
            }));

        var ran = await Ran.OrelAsync(server, "plan", "shop-2026.11.3", "-e", "production", "--back");

        Assert.Equal(0, ran.Exit);
        Assert.Equal(isItsOwn, ran.Out.Contains("if all were stopped now", StringComparison.Ordinal));
        Assert.Equal(!isItsOwn, server.Requests.Any(asked => asked.Path == "/api/v1/plans/releases"));
    }

    [Fact]
    public async Task What_has_completed_is_taken_back_with_what_was_said_of_those_that_stand_on_it()
    {
        var answer = new
        {
            Passage = "shop-2026.11.3.production.2",
            Reverses = "shop-2026.11.3.production.1",
            WayBack = ReleaseSeed.Reversal(include: true),
        };
        await using var server = await ScriptedServer.StartAsync(200, Vocabulary.Write(answer));

        var ran = await Ran.OrelAsync(
            server, "release", "rollback", "shop-2026.11.3", "-e", "production", "--when-built-on", "include",
            "--reason", "prices are wrong");

        Assert.Equal(0, ran.Exit);
        Assert.Contains(
            "shop-2026.11.3.production.2 takes back shop-2026.11.3.production.1", ran.Out, StringComparison.Ordinal);
        var asked = server.Requests.Single();
        Assert.Equal("/api/v1/releases/shop-2026.11.3/environments/production/rollback", asked.Path);
        Assert.Equal("""{"whenBuiltOn":"Include","reason":"prices are wrong"}""", asked.Body);
    }

    [Theory]
    [InlineData("Paused", "is Paused\nnothing is taken back: others stand on it, or may; explain names them\n")]
    [InlineData("RollingBack", "is RollingBack\n")]
    public async Task An_abort_with_care_says_when_nothing_is_taken_back(string phase, string said)
    {
        await using var server = await ScriptedServer.StartAsync(
            200, $$$"""{"id":"shop.production.1","passage":{"id":"shop.production.1","phase":"{{{phase}}}"}}""");

        var ran = await Ran.OrelAsync(
            server, "release", "abort", "shop", "-e", "production", "--when-built-on", "hold", "--reason", "slow");

        Assert.Equal((0, $"shop.production.1 {said}"), (ran.Exit, ran.Out));
        Assert.Equal("""{"reason":"slow","whenBuiltOn":"Hold"}""", server.Requests.Single().Body);
    }

    [Theory]
    [InlineData(1, null)]
    [InlineData(1, "refuse")]
    [InlineData(0, "hold")]
    public async Task A_dry_run_shows_who_stands_on_it_and_ends_as_a_refusal_while_nothing_is_said_of_them(
        int exit, string? whenBuiltOn)
    {
        var answer = new
        {
            Passage = "shop-2026.11.3.production.2",
            Reverses = "shop-2026.11.3.production.1",
            WayBack = ReleaseSeed.Reversal(),
        };
        await using var server = await ScriptedServer.StartAsync(200, Vocabulary.Write(answer));

        var ran = await Ran.OrelAsync(
            server,
            [
                "release", "rollback", "shop-2026.11.3", "-e", "production", "--dry-run",
                .. whenBuiltOn is null ? Array.Empty<string>() : ["--when-built-on", whenBuiltOn],
            ]);

        Assert.Equal((exit, ""), (ran.Exit, ran.Error));
        Assert.Contains("hotfix-4711.production.1 has brought search 2.0.0 since", ran.Out, StringComparison.Ordinal);
        Assert.Equal(exit == 1, ran.Out.Contains("refused   without --when-built-on", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_service_that_is_taken_for_a_release_is_told_how_it_is_planned()
    {
        await using var server = await ScriptedServer.StartAsync(
            404, """{"code":"not-found","status":404,"detail":"there is no release checkout"}""");

        var ran = await Ran.OrelAsync(server, "plan", "checkout", "-e", "production");

        Assert.Equal(1, ran.Exit);
        Assert.Contains("SERVICE -e ENVIRONMENT --version VERSION", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_way_back_can_be_a_script_and_nothing_else_is_printed()
    {
        await using var server = await ScriptedServer.StartAsync(200, """{"script":"#!/bin/sh\necho back\n"}""");

        var ran = await Ran.OrelAsync(server, "plan", "shop-2026.11.3", "-e", "rehearsal", "--back", "-o", "script");

        Assert.Equal(new Ran(0, "#!/bin/sh\necho back\n", ""), ran);
        Assert.Equal("/api/v1/plans/releases/script", server.Requests.Single().Path);
    }

    [Theory]
    [InlineData("rehearsal", null)]
    [InlineData("rehearsal", "[]")]
    [InlineData("rehearsal,production", """[{"environment":"rehearsal"},{"environment":"production",THERE}]""")]
    [InlineData("rehearsal,production", """[{"environment":"production",THERE}]""")]
    public async Task A_way_back_needs_no_environment_where_it_can_mean_only_one(string route, string? started)
    {
        await using var server = await GoingAsync(route, started);

        var ran = await Ran.OrelAsync(server, "plan", "shop", "--back", "-o", "script");

        Assert.Equal(new Ran(0, "#!/bin/sh\n", ""), ran);
        var asked = server.Requests.Last();
        var meant = started?.Contains("production", StringComparison.Ordinal) == true ? "production" : "rehearsal";
        Assert.Equal(("/api/v1/plans/releases/script", $$"""{"release":"shop","environment":"{{meant}}"}"""),
            (asked.Path, asked.Body));
    }

    [Theory]
    [InlineData("", "lab,live", null)]
    [InlineData("--back", "lab,live", null)]
    [InlineData("--back", "other", """[{"environment":"lab",THERE},{"environment":"live",THERE}]""")]
    [InlineData("", "lab,live", """[{"environment":"live",THERE}]""")]
    public async Task Where_it_can_mean_several_they_are_named(string back, string route, string? started)
    {
        await using var server = await GoingAsync(route, started);

        var ran = await Ran.OrelAsync(server, back.Length == 0 ? ["plan", "shop"] : ["plan", "shop", back]);

        Assert.Equal((2, ""), (ran.Exit, ran.Out));
        Assert.Equal("shop may mean lab, live: say which with -e ENVIRONMENT", ran.Error.TrimEnd());
        Assert.DoesNotContain(server.Requests, asked => asked.Path.Contains("plans", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(404, "not-found", 2)]
    [InlineData(403, "forbidden", 1)]
    public async Task Where_nobody_says_what_it_can_mean_that_is_told(int status, string code, int asked)
    {
        await using var server = await ScriptedServer.StartAsync(
            status, $$"""{"code":"{{code}}","status":{{status}},"detail":"not that"}""");

        var ran = await Ran.OrelAsync(server, "plan", "checkout", "--back");

        Assert.Equal((1, ""), (ran.Exit, ran.Out));
        Assert.Contains("not that", ran.Error, StringComparison.Ordinal);
        Assert.Equal(status == 404, ran.Error.Contains("-e ENVIRONMENT --version VERSION", StringComparison.Ordinal));
        Assert.Equal(asked, server.Requests.Count);
    }

    [Fact]
    public async Task A_simulation_takes_the_file_with_it()
    {
        await using var server = await ScriptedServer.StartAsync(200, Vocabulary.Write(ShopSeed.Simulate()));
        var variables = new Dictionary<string, string> { ["OREL_SERVER"] = server.Url, ["OREL_TOKEN"] = "token-1" };

        var ran = await Ran.OrelInAsync(
            variables, "", Shop, "simulate", "-f", "release.yaml", "-e", "rehearsal", "--fail", "web/3");

        Assert.Equal((0, ""), (ran.Exit, ran.Error));
        var asked = server.Requests.Single();
        Assert.Equal("/api/v1/simulations", asked.Path);
        Assert.Contains("\"failAt\":\"web/3\",\"failEach\":false", asked.Body, StringComparison.Ordinal);
        Assert.Contains("\"file\":\"release.yaml\",\"yaml\":\"apiVersion", asked.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_failure_is_asked_for_until_none_is_left_and_told_in_order()
    {
        var whole = ShopSeed.Simulate(eachFailure: true);
        await using var server = await ScriptedServer.StartAsync((http, asked) =>
            ScriptedServer.AnswerAsync(http, 200, Vocabulary.Write(Page(whole, SkipIn(asked.Body)))));

        var ran = await Ran.OrelAsync(server, "simulate", "shop", "-e", "rehearsal", "--fail-each", "-o", "json");

        Assert.Equal((0, ""), (ran.Exit, ran.Error));
        Assert.Equal(3, server.Requests.Count);
        Assert.Equal(Vocabulary.Write(whole), ran.Out.TrimEnd());
    }

    [Fact]
    public async Task Where_there_is_no_answer_for_some_failures_the_others_are_told()
    {
        var whole = ShopSeed.Simulate(eachFailure: true);
        await using var server = await ScriptedServer.StartAsync((http, asked) => SkipIn(asked.Body) == 0
            ? ScriptedServer.AnswerAsync(http, 200, Vocabulary.Write(Page(whole, 0)))
            : ScriptedServer.AnswerAsync(http, 429, """{"detail":"another waits","code":"busy"}"""));

        var ran = await Ran.OrelAsync(server, "simulate", "shop", "-e", "rehearsal", "--fail-each");

        Assert.NotEqual(0, ran.Exit);
        Assert.Contains("16 more were not tried", ran.Out, StringComparison.Ordinal);
        Assert.Contains("another waits", ran.Error, StringComparison.Ordinal);
    }

    // Late ones first, as a server does.
    private static ReleaseSimulation Page(ReleaseSimulation whole, int skip)
    {
        var page = whole.Failures!.Value.Reverse().Skip(skip).Take(12).OrderBy(failure => failure.Place).ToList();
        return whole with { Failures = [.. page], Untried = whole.Failures.Value.Length - skip - page.Count };
    }

    private static int SkipIn(string body) =>
        JsonNode.Parse(body)!["failSkip"] is { } skip ? skip.GetValue<int>() : 0;

    [Fact]
    public async Task Without_an_environment_it_is_simulated_in_each_that_it_goes_through()
    {
        var route = new ReleaseRoute(
            ReleaseName.From("shop"),
            [new(EnvironmentName.From("lab"), []), new(EnvironmentName.From("live"), [])]);
        await using var server = await ScriptedServer.StartAsync((http, asked) => ScriptedServer.AnswerAsync(
            http, 200, asked.Path.EndsWith("/environments", StringComparison.Ordinal)
                ? Vocabulary.Write(route)
                : Vocabulary.Write(ShopSeed.Simulate())));
        var variables = new Dictionary<string, string> { ["OREL_SERVER"] = server.Url, ["OREL_TOKEN"] = "token-1" };

        var ran = await Ran.OrelInAsync(variables, "", Shop, "simulate", "-f", "release.yaml");

        Assert.Equal((0, ""), (ran.Exit, ran.Error));
        Assert.Equal(
            ["/api/v1/simulations/environments", "/api/v1/simulations", "/api/v1/simulations"],
            server.Requests.Select(asked => asked.Path));
        Assert.Contains("\"environment\":\"lab\"", server.Requests.ElementAt(1).Body, StringComparison.Ordinal);
        Assert.Contains("\"environment\":\"live\"", server.Requests.ElementAt(2).Body, StringComparison.Ordinal);
        Assert.All(server.Requests, asked => Assert.Contains("apiVersion", asked.Body, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Where_one_of_them_cannot_be_simulated_the_others_are_not_tried()
    {
        await using var server = await ScriptedServer.StartAsync((http, asked) =>
            asked.Path.EndsWith("/environments", StringComparison.Ordinal)
                ? ScriptedServer.AnswerAsync(http, 200, Vocabulary.Write(new ReleaseRoute(
                    ReleaseName.From("shop"),
                    [new(EnvironmentName.From("lab"), []), new(EnvironmentName.From("live"), [])])))
                : ScriptedServer.AnswerAsync(http, 422, """{"detail":"no such step","code":"unknown-step"}"""));

        var ran = await Ran.OrelAsync(server, "simulate", "shop", "--fail", "web/99");

        Assert.NotEqual(0, ran.Exit);
        Assert.Contains("no such step", ran.Error, StringComparison.Ordinal);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task Manifests_are_validated_without_a_server()
    {
        var good = await Ran.OrelInAsync([], "", Shop, "validate", "-f", ".");
        Assert.Equal((0, ""), (good.Exit, good.Error));
        Assert.Contains("Release/shop-2026.11.3 is right", good.Out, StringComparison.Ordinal);

        var bad = await Ran.OrelInAsync([], "kind: Release\n", ".", "validate", "-f", "-");
        Assert.Equal((1, ""), (bad.Exit, bad.Out));
        Assert.StartsWith("(standard input):1:1: apiVersion: ", bad.Error, StringComparison.Ordinal);
        var json = await Ran.OrelInAsync([], "kind: Release\n", ".", "validate", "-f", "-", "--output", "json");
        Assert.StartsWith("{\"manifests\":[],\"problems\":[{\"code\":\"missing-field\",", json.Out,
            StringComparison.Ordinal);
        Assert.Equal(1, json.Exit);
    }

    /// <summary>A release called shop; <paramref name="started"/>: where it has begun, null where it never was.
    /// </summary>
    private static Task<ScriptedServer> GoingAsync(string route, string? started) =>
        ScriptedServer.StartAsync((http, asked) => asked.Path switch
        {
            "/api/v1/releases/shop/state" when started is null => ScriptedServer.AnswerAsync(
                http, 404, """{"code":"not-found","status":404,"detail":"shop was not started"}"""),
            "/api/v1/releases/shop/state" => ScriptedServer.AnswerAsync(http, 200, $$"""
                {"environments":{{started!.Replace("THERE", "\"passage\":\"shop.live.1\"", StringComparison.Ordinal)}}}
                """),
            "/api/v1/simulations/environments" => ScriptedServer.AnswerAsync(http, 200, Vocabulary.Write(
                new ReleaseRoute(
                    ReleaseName.From("shop"),
                    [.. route.Split(',').Select(one => new RouteEnvironment(EnvironmentName.From(one), []))]))),
            _ => ScriptedServer.AnswerAsync(http, 200, """{"script":"#!/bin/sh\n"}"""),
        });

    [Theory]
    [InlineData("simulate", "-e", "production")]
    [InlineData("simulate", "-f", "no-such-file.yaml", "-e", "production")]
    [InlineData("plan", "checkout", "-e", "production", "--version", "3.2.0", "--back")]
    [InlineData("plan", "checkout", "--version", "3.2.0")]
    [InlineData("plan", "shop", "-e", "production", "-o", "script")]
    [InlineData("where", "-o", "script")]
    [InlineData("validate")]
    public async Task Wrong_usage_ends_with_2_and_asks_nothing(params string[] args)
    {
        await using var server = await ScriptedServer.StartAsync(200, "{}");

        Assert.Equal(2, (await Ran.OrelAsync(server, args)).Exit);

        Assert.Empty(server.Requests);
    }
}
