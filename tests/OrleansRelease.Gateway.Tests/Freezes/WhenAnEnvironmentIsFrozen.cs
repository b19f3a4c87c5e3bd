using System.Net;
using System.Text.Json.Nodes;
using OrleansRelease.Gateway.Tests.Harness;

namespace OrleansRelease.Gateway.Tests.Freezes;

[Collection(GatewayCollection.Name)]
public sealed class WhenAnEnvironmentIsFrozen(RunningGateway gateway) : IAsyncLifetime
{
    private const string Environment = "/api/v1/environments/icy";

    private readonly HttpClient _client = gateway.Client;

    public async Task InitializeAsync() =>
        (await _client.ApplyAsync(Samples.Both("icy", "icy"))).Expect(HttpStatusCode.OK);

    public async Task DisposeAsync() => await ThawAsync("the test is over");

    [Fact]
    public async Task It_is_told_by_whom_until_when_and_why_until_it_is_thawed()
    {
        var frozen = (await FreezeAsync("2h", "incident")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal("Frozen", Text(frozen, "outcome"));
        Assert.Equal("admin", Text(frozen["freeze"]!, "actor"));
        var shown = await _client.AskAsync($"{Environment}/freeze");
        Assert.True(JsonNode.DeepEquals(frozen["freeze"], shown.Json["freeze"]), shown.Text);

        Assert.Equal("Extended", Text((await FreezeAsync("3h", "longer")).Json, "outcome"));
        Assert.Equal("Shortened", Text((await FreezeAsync("1m", "shorter")).Json, "outcome"));
        Assert.Equal("Thawed", Text((await ThawAsync("over")).Json, "outcome"));
        Assert.Equal("Unchanged", Text((await ThawAsync("over")).Json, "outcome"));
        Assert.Null((await _client.AskAsync($"{Environment}/freeze")).Json["freeze"]);
        var log = (await _client.AskAsync($"{Environment}/freeze/log?limit=500")).Expect(HttpStatusCode.OK).Text;
        Assert.All(["incident", "longer", "shorter", "over"], why => Assert.Contains($"\"{why}\"", log));
    }

    [Fact]
    public async Task A_repetition_gets_the_same_answer_and_changes_nothing()
    {
        var first = (await FreezeAsync("2h", "incident", key: "K")).Expect(HttpStatusCode.OK);
        await ThawAsync("over");
        Assert.Equal(first.Text, (await FreezeAsync("2h", "incident", key: "K")).Expect(HttpStatusCode.OK).Text);
        Assert.Null((await _client.AskAsync($"{Environment}/freeze")).Json["freeze"]);
        (await FreezeAsync("3h", "incident", key: "K")).ExpectProblem(422, "idempotency-key-reused");
    }

    [Fact]
    public async Task A_dry_run_tells_what_would_be_and_changes_nothing()
    {
        var told = await _client.SendAsync($"{Environment}/freeze?dryRun=true", new { @for = "2h", reason = "a try" });
        Assert.Equal("Frozen", Text(told.Expect(HttpStatusCode.OK).Json, "outcome"));
        Assert.Null((await _client.AskAsync($"{Environment}/freeze")).Json["freeze"]);
    }

    [Fact]
    public async Task A_plan_tells_of_it_and_a_start_is_accepted_and_waits_with_the_reason()
    {
        (await FreezeAsync("2h", "incident 4711")).Expect(HttpStatusCode.OK);
        var start = new { service = "icy", environment = "icy", version = "1.0.0" };
        // What was looked at up to a second ago serves all who ask.
        var plan = (await Eventually.IsAsync(
            "the plan tells of it", () => _client.SendAsync("/api/v1/plans", start),
            told => told.Expect(HttpStatusCode.OK).Json["freeze"] is not null)).Json;
        Assert.Equal("incident 4711", Text(plan["freeze"]!, "reason"));
        Assert.Empty(plan["refusals"]!.AsArray());
        var started = (await _client.SendAsync("/api/v1/rollouts", start)).Expect(HttpStatusCode.Accepted).Json;
        var id = Text(started, "rolloutId");
        await Eventually.IsAsync(
            "it says why it waits", () => _client.AskAsync($"/api/v1/rollouts/{id}/explain"),
            seen => seen.Text.Contains("deploy waits: icy is frozen by admin until", StringComparison.Ordinal)
                && seen.Text.Contains("orel thaw -e icy", StringComparison.Ordinal));
        (await _client.SendAsync($"/api/v1/rollouts/{id}/promote")).ExpectProblem(409, "nothing-to-skip");

        await ThawAsync("over");
        await Eventually.IsAsync(
            "it goes on by itself", () => _client.AskAsync($"/api/v1/rollouts/{id}"),
            seen => Text(seen.Json["state"]!["exposure"]!, "confirmed") is not "0");
        await _client.SendAsync($"/api/v1/rollouts/{id}/abort");
    }

    [Theory]
    [InlineData("icy", """{"for":"59s","reason":"r"}""", 422, "bad-duration")]
    [InlineData("icy", """{"for":"90d1s","reason":"r"}""", 422, "bad-duration")]
    [InlineData("icy", """{"for":"soon","reason":"r"}""", 422, "bad-duration")]
    [InlineData("icy", """{"for":"-2h","reason":"r"}""", 422, "bad-duration")]
    [InlineData("icy", """{"reason":"r"}""", 400, "missing-field")]
    [InlineData("icy", """{"for":"2h"}""", 400, "missing-field")]
    [InlineData("icy", """{"for":"2h","reason":" "}""", 422, "bad-reason")]
    [InlineData("icy", """{"for":"2h","reason":"r","until":"tomorrow"}""", 400, "bad-request")]
    [InlineData("ice", """{"for":"2h","reason":"r"}""", 404, "not-found")]
    [InlineData("ICY", """{"for":"2h","reason":"r"}""", 400, "bad-name")]
    public async Task What_cannot_be_is_refused_and_freezes_nothing(string name, string body, int status, string code)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        var seen = await _client.SendContentAsync($"/api/v1/environments/{name}/freeze", content, null);
        seen.ExpectProblem(status, code);
        Assert.Null((await _client.AskAsync($"{Environment}/freeze")).Json["freeze"]);
    }

    [Theory]
    [InlineData("\\u0000\\u0007\\u001b[31m", 200)]
    [InlineData("two\\nlines \\ud83e\\uddca \\u202e", 200)]
    [InlineData("\\ud800", 400)]
    public async Task A_hostile_reason_is_kept_or_refused(string reason, int status)
    {
        using var content = new StringContent(
            $$"""{"for":"2h","reason":"{{reason}}"}""", System.Text.Encoding.UTF8, "application/json");
        Assert.Equal(status, (await _client.SendContentAsync($"{Environment}/freeze", content, null)).Code);
        if (status != 200) return;
        Assert.NotNull((await _client.AskAsync($"{Environment}/freeze")).Expect(HttpStatusCode.OK).Json["freeze"]);
    }

    [Fact]
    public async Task A_reason_that_is_too_long_is_refused()
    {
        (await FreezeAsync("2h", new string('r', 1001))).ExpectProblem(422, "bad-reason");
        (await ThawAsync(new string('r', 1001))).ExpectProblem(422, "bad-reason");
    }

    private Task<Seen> FreezeAsync(string length, string reason, string? key = null) =>
        _client.SendAsync($"{Environment}/freeze", new { @for = length, reason }, key);

    private Task<Seen> ThawAsync(string reason) => _client.SendAsync($"{Environment}/thaw", new { reason });

    private static string Text(JsonNode node, string name) => node[name]!.ToString();
}
