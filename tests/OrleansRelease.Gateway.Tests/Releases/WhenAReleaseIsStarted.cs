using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using OrleansRelease.Adapters.Metrics.Memory;
using OrleansRelease.Gateway.Tests.Harness;

namespace OrleansRelease.Gateway.Tests.Releases;

[Collection(GatewayCollection.Name)]
public sealed class WhenAReleaseIsStarted(RunningGateway gateway)
{
    private readonly HttpClient _client = gateway.Client;

    [Fact]
    public async Task It_has_a_name_in_each_environment_and_can_be_asked_paused_and_taken_back_there()
    {
        await ApplyAsync("shop-1.0", "rel-a", "rel-b", "rel-env");
        (await _client.AskAsync("/api/v1/releases/shop-1.0/state")).ExpectProblem(404, "not-found");
        var asked = new { environment = "rel-env", priority = 2 };
        (await _client.SendAsync("/api/v1/releases/shop-1.0/start?dryRun=true", asked)).Expect(HttpStatusCode.OK);
        (await _client.AskAsync("/api/v1/releases/shop-1.0/state")).ExpectProblem(404, "not-found");

        var started = (await _client.SendAsync("/api/v1/releases/shop-1.0/start", asked, key: "s1"))
            .Expect(HttpStatusCode.Accepted);
        Assert.Equal("shop-1.0.rel-env.1", started.Json["passages"]![0]!.GetValue<string>());
        Assert.Equal("/api/v1/releases/shop-1.0/state", started.Location!.ToString());
        var again = await _client.SendAsync("/api/v1/releases/shop-1.0/start", asked, key: "s1");
        Assert.Equal(started.Text, again.Expect(HttpStatusCode.Accepted).Text);
        (await _client.SendAsync("/api/v1/releases/shop-1.0/start", asked)).ExpectProblem(409, "already-moving");

        const string there = "/api/v1/releases/shop-1.0/environments/rel-env";
        await UntilAsync(there, "it moves", view => Text(view, "phase") == "Progressing");
        var document = (await _client.AskAsync("/api/v1/releases/shop-1.0/state")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal("Progressing", Text(document, "phase"));
        Assert.Equal("Progressing", Text(document["environments"]![0]!, "phase"));

        var explained = (await _client.AskAsync($"{there}/explain")).Expect(HttpStatusCode.OK).Json;
        Assert.Contains(explained["services"]!.AsArray(), one => Text(one!, "rollout") == "rel-a.rel-env.1");
        Assert.Equal(
            "orel release abort shop-1.0 -e rel-env",
            explained["moves"]!.AsArray().Select(move => Text(move!, "command")).First(it => it is not null));
        var plan = (await _client.AskAsync($"{there}/plan")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal(1, plan["now"]!["number"]!.GetValue<int>());
        Assert.Empty(plan["plans"]!.AsArray());

        (await _client.SendAsync($"{there}/resume")).ExpectProblem(409, "not-paused");
        var paused = (await _client.SendAsync($"{there}/pause", new { reason = "look" })).Expect(HttpStatusCode.OK);
        Assert.Equal("Paused", Text(paused.Json["passage"]!, "phase"));
        (await _client.SendAsync($"{there}/leave", new { service = "rel-a" })).ExpectProblem(409, "not-failed");
        // Nobody stands on it.
        (await _client.SendAsync($"{there}/abort", new { reason = "enough", whenBuiltOn = "Refuse" }))
            .Expect(HttpStatusCode.OK);
        await UntilAsync(there, "it is taken back", view => Text(view, "phase") == "RolledBack");
        var plans = (await _client.AskAsync($"{there}/plan")).Expect(HttpStatusCode.OK).Json["plans"]!.AsArray();
        Assert.Equal(1, plans[0]!["plan"]!["number"]!.GetValue<int>());
        (await _client.SendAsync($"{there}/abort")).ExpectProblem(409, "already-ended");

        var listed = (await _client.AskAsync("/api/v1/passages?environment=rel-env&phase=RolledBack&limit=1"))
            .Expect(HttpStatusCode.OK);
        Assert.Equal("shop-1.0.rel-env.1", Text(listed.Json["items"]!.AsArray().Single()!, "key"));
        (await _client.AskAsync("/api/v1/releases/shop-1.0/log")).Expect(HttpStatusCode.OK);
        (await _client.AskAsync($"{there}/log?limit=1")).Expect(HttpStatusCode.OK);
        (await _client.AskAsync($"{there}/spec")).Expect(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_command_that_is_repeated_means_what_it_meant_although_it_was_started_again()
    {
        await ApplyAsync("shop-2.0", "rel-c", "rel-d", "rel-again");
        const string there = "/api/v1/releases/shop-2.0/environments/rel-again";
        (await _client.SendAsync("/api/v1/releases/shop-2.0/start")).ExpectProblem(422, "bad-route");
        await StartAsync("shop-2.0", "rel-again");
        (await _client.SendAsync($"{there}/abort", key: "back")).Expect(HttpStatusCode.OK);
        await UntilAsync(there, "it has ended", view => Text(view, "phase") is "RolledBack" or "Cancelled");
        await Eventually.IsAsync("the release has heard of it", async () =>
            (await _client.AskAsync("/api/v1/releases/shop-2.0/state")).Json["phase"]!.GetValue<string>() == "Stopped");
        await StartAsync("shop-2.0", "rel-again");

        var repeated = (await _client.SendAsync($"{there}/abort", key: "back")).Expect(HttpStatusCode.OK);

        Assert.Equal("shop-2.0.rel-again.1", Text(repeated.Json, "id"));
        Assert.NotEqual("RollingBack", Text((await _client.AskAsync(there)).Json, "phase"));
    }

    [Fact]
    public async Task What_has_not_completed_is_not_taken_back_and_the_choices_are_named()
    {
        await ApplyAsync("shop-4.0", "rel-f", "rel-g", "rel-back");
        const string there = "/api/v1/releases/shop-4.0/environments/rel-back";
        (await _client.SendAsync($"{there}/rollback")).ExpectProblem(404, "not-found");
        await StartAsync("shop-4.0", "rel-back");

        (await _client.SendAsync($"{there}/rollback", new { whenBuiltOn = "Hold" }))
            .ExpectProblem(409, "already-moving");
        (await _client.SendAsync($"{there}/rollback", new { whenBuiltOn = "Whenever" }))
            .ExpectProblem(400, "bad-request");
        (await _client.SendAsync("/api/v1/releases/shop-4.0/environments/moon/rollback"))
            .ExpectProblem(404, "not-found");
        (await _client.SendAsync($"{there}/abort")).Expect(HttpStatusCode.OK);
    }

    [Fact]
    public async Task What_has_completed_is_taken_back_once_for_one_key_and_a_dry_run_shows_the_way()
    {
        const string there = "/api/v1/releases/shop-5.1/environments/rel-done";
        gateway.Services.GetRequiredService<MemoryMetrics>().Numbers =
            (query, _) => query == "errors of rel-h" ? 0 : null;
        await CompleteAsync("shop-5.0", "1.0.0");
        await CompleteAsync("shop-5.1", "2.0.0");

        var would = (await _client.SendAsync($"{there}/rollback?dryRun=true")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal("1.0.0", Text(would["wayBack"]!["steps"]!.AsArray().Single()!, "to"));
        Assert.Equal("Succeeded", Text((await _client.AskAsync(there)).Expect(HttpStatusCode.OK).Json, "phase"));
        var asked = new { whenBuiltOn = "Refuse", reason = "prices are wrong" };
        var back = (await _client.SendAsync($"{there}/rollback", asked, key: "r1")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal(("shop-5.1.rel-done.2", "shop-5.1.rel-done.1"), (Text(back, "passage"), Text(back, "reverses")));
        var again = (await _client.SendAsync($"{there}/rollback", asked, key: "r1")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal(Text(back, "passage"), Text(again, "passage"));
        (await _client.SendAsync($"{there}/rollback", new { whenBuiltOn = "Include" }, key: "r1"))
            .ExpectProblem(422, "idempotency-key-reused");
        await UntilAsync(there, "it is taken back", view => Text(view, "phase") == "RolledBack");
        // Its release hears of that a moment later.
        var refused = await Eventually.IsAsync(
            "its release knows it", () => _client.SendAsync($"{there}/rollback"),
            seen => seen.Problem != "rolling-back");
        refused.ExpectProblem(409, "not-completed");
    }

    [Fact]
    public async Task What_is_not_there_or_misspelt_is_named()
    {
        (await _client.SendAsync("/api/v1/releases/nobody/start")).ExpectProblem(404, "not-found");
        (await _client.SendAsync("/api/v1/releases/No_Name/start")).ExpectProblem(400, "bad-name");
        (await _client.SendAsync("/api/v1/releases/nobody/environments/x/abort")).ExpectProblem(404, "not-found");
        (await _client.SendAsync("/api/v1/releases/nobody/environments/x/leave", new { reason = "why" }))
            .ExpectProblem(400, "missing-field");
        (await _client.AskAsync("/api/v1/releases/nobody/environments/x/explain")).ExpectProblem(404, "not-found");
        (await _client.AskAsync("/api/v1/passages?phase=Moving")).ExpectProblem(400, "bad-query");
    }

    private async Task CompleteAsync(string release, string version)
    {
        (await _client.ApplyAsync(string.Join("---\n",
            Samples.Environment("rel-done"),
            Samples.Service("rel-h", "allAtOnce: {analysis: [rel-good], verify: 100ms}"), $$$"""
            apiVersion: orleansrelease/v1
            kind: AnalysisTemplate
            metadata: {name: rel-good}
            spec:
              metrics:
                - {name: errors, query: "errors of {{service}}", unit: ratio, max: 10%, interval: 100ms, timeout: 100ms}
            ---
            apiVersion: orleansrelease/v1
            kind: Release
            metadata: {name: {{{release}}}}
            spec: { services: { rel-h: {{{version}}} } }

            """))).Expect(HttpStatusCode.OK);
        await StartAsync(release, "rel-done");
        await UntilAsync(
            $"/api/v1/releases/{release}/state", "it has completed, and knows it",
            view => Text(view, "phase") == "Succeeded");
    }

    private async Task StartAsync(string release, string environment) =>
        (await _client.SendAsync($"/api/v1/releases/{release}/start", new { environment }))
            .Expect(HttpStatusCode.Accepted);

    private async Task ApplyAsync(string release, string first, string second, string environment) =>
        (await _client.ApplyAsync(string.Join("---\n",
            Samples.Environment(environment), Samples.Service(first), Samples.Service(second), $$"""
            apiVersion: orleansrelease/v1
            kind: Release
            metadata: {name: {{release}}}
            spec: { services: { {{first}}: 1.0.0, {{second}}: { version: 1.0.0, needs: [ {{first}} ] } } }

            """))).Expect(HttpStatusCode.OK);

    private async Task UntilAsync(string address, string what, Func<JsonNode, bool> isSo) => await Eventually.IsAsync(
        $"{address}: {what}", () => _client.AskAsync(address),
        answer => answer.Status == HttpStatusCode.OK && isSo(answer.Json));

    private static string? Text(JsonNode node, string name) => node[name]?.GetValue<string>();
}
