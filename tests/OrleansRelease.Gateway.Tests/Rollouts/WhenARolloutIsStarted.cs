using System.Net;
using Microsoft.Extensions.DependencyInjection;
using OrleansRelease.Contracts.Slots;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Slots;
using OrleansRelease.Core.Specs;
using OrleansRelease.Gateway.Tests.Harness;

namespace OrleansRelease.Gateway.Tests.Rollouts;

[Collection(GatewayCollection.Name)]
public sealed class WhenARolloutIsStarted(RunningGateway gateway)
{
    private readonly HttpClient _client = gateway.Client;

    [Fact]
    public async Task It_has_a_name_at_once_and_goes_its_way()
    {
        await ApplyAsync("start", "start-env");
        var started = (await StartAsync("start", "start-env", "1.0.0")).Expect(HttpStatusCode.Accepted);
        Assert.Equal("start.start-env.1", started.Json["rolloutId"]!.GetValue<string>());
        Assert.Equal("/api/v1/rollouts/start.start-env.1", started.Location!.ToString());

        var view = await UntilAsync("start.start-env.1", "it pauses at 10 %", state =>
            IsMoving(state) && state["exposure"]!["confirmed"]!.GetValue<int>() == 1000);
        Assert.Equal("1.0.0", view["version"]!.GetValue<string>());
        var spec = (await _client.AskAsync("/api/v1/rollouts/start.start-env/spec")).Expect(HttpStatusCode.OK);
        Assert.Equal("deploy", spec.Json["steps"]![0]!["$type"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_same_key_starts_it_once()
    {
        await ApplyAsync("once", "once-env");
        var first = await StartAsync("once", "once-env", "1.0.0", key: "k1");
        var again = await StartAsync("once", "once-env", "1.0.0", key: "k1");
        Assert.Equal("k1", again.Key);
        Assert.Equal(first.Expect(HttpStatusCode.Accepted).Text, again.Expect(HttpStatusCode.Accepted).Text);
        (await StartAsync("once", "once-env", "2.0.0", key: "k1")).ExpectProblem(422, "idempotency-key-reused");
        var slot = (await _client.AskAsync("/api/v1/slots/once.once-env")).Expect(HttpStatusCode.OK);
        Assert.Equal(1, slot.Json["state"]!["lastNumber"]!.GetValue<int>());
    }

    [Fact]
    public async Task Without_a_key_one_is_made_and_told()
    {
        await ApplyAsync("keyless", "keyless-env");
        Assert.Equal(36, (await StartAsync("keyless", "keyless-env", "1.0.0")).Key!.Length);
    }

    [Fact]
    public async Task A_dry_run_and_a_plan_change_nothing()
    {
        await ApplyAsync("dry", "dry-env");
        (await StartAsync("dry", "dry-env", "1.0.0", query: "?dryRun=true")).Expect(HttpStatusCode.OK);
        var plan = (await _client.SendAsync("/api/v1/plans", Body("dry", "dry-env", "1.0.0")))
            .Expect(HttpStatusCode.OK);
        Assert.Equal("1.0.0", plan.Json["to"]!.GetValue<string>());
        Assert.NotNull(plan.Json["bound"]);
        (await _client.AskAsync("/api/v1/slots/dry.dry-env")).ExpectProblem(404, "not-found");
        (await _client.AskAsync("/api/v1/rollouts/dry.dry-env")).ExpectProblem(404, "not-found");
    }

    [Fact]
    public async Task It_can_be_paused_resumed_and_aborted_and_says_no_to_the_rest()
    {
        await ApplyAsync("verbs", "verbs-env");
        await StartAsync("verbs", "verbs-env", "1.0.0");
        await UntilAsync("verbs.verbs-env", "it moves", IsMoving);

        const string it = "/api/v1/rollouts/verbs.verbs-env.1";
        (await _client.SendAsync($"{it}/resume")).ExpectProblem(409, "not-paused");
        (await _client.SendAsync($"{it}/pause?dryRun=true", new { reason = "look" })).Expect(HttpStatusCode.OK);
        Assert.Equal("moving", await StageAsync(it));
        var paused = (await _client.SendAsync($"{it}/pause", new { reason = "look" })).Expect(HttpStatusCode.OK);
        Assert.Equal("look", paused.Json["state"]!["stage"]!["hold"]!["person"]!["reason"]!.GetValue<string>());
        Assert.Equal("admin", paused.Json["state"]!["stage"]!["hold"]!["person"]!["actor"]!.GetValue<string>());
        var explained = (await _client.AskAsync($"{it}/explain")).Expect(HttpStatusCode.OK);
        Assert.Contains("look", explained.Json["because"]![0]!.GetValue<string>(), StringComparison.Ordinal);
        (await _client.SendAsync($"{it}/resume")).Expect(HttpStatusCode.OK);
        var taken = (await _client.SendAsync($"{it}/abort", new { reason = "enough" })).Expect(HttpStatusCode.OK);
        Assert.Equal(("verbs.verbs-env.1", "TakenBack"), (Text(taken, "id"), Text(taken, "outcome")));
        Assert.NotNull(taken.Json["rollout"]!["state"]);
        await UntilAsync("verbs.verbs-env", "it is taken back", state =>
            state["stage"]!["$type"]!.GetValue<string>() == "ended");
        (await _client.SendAsync("/api/v1/rollouts/verbs.verbs-env.1/pause")).ExpectProblem(409, "already-ended");
    }

    [Fact]
    public async Task One_that_cannot_begin_says_why_and_is_withdrawn_by_an_abort()
    {
        // What it is to begin with is not in the store, so that it is told again and again.
        var slot = SlotKey.From("early.early-env");
        var order = new StartOrder(slot, VersionName.From("1.0.0"), "sha256:0", WhenBusy.Queue, "start");
        await gateway.Services.GetRequiredService<IGrainFactory>().GetGrain<ISlotGrain>($"{slot}").StartAsync(
            order, new(CommandId.From("early"), ActorName.From("tester")), dryRun: false, default);

        await Eventually.IsAsync("it is explained", async () =>
            (await _client.AskAsync("/api/v1/rollouts/early.early-env.1/explain")).Expect(HttpStatusCode.OK)
                .Json["because"]![0]!.GetValue<string>().Contains("sha256:0", StringComparison.Ordinal));
        await Eventually.IsAsync("it is withdrawn", async () =>
        {
            var seen = await _client.SendAsync("/api/v1/rollouts/early.early-env.1/abort");
            if (seen.Status == HttpStatusCode.OK) return Text(seen, "outcome") == "Withdrawn";
            // An attempt is under way just now.
            seen.ExpectProblem(409, "about-to-begin");
            return false;
        });
    }

    [Fact]
    public async Task One_that_waits_is_explained_and_can_be_withdrawn()
    {
        await ApplyAsync("queue", "queue-env");
        await StartAsync("queue", "queue-env", "1.0.0");
        var second = await StartAsync("queue", "queue-env", "2.0.0");
        Assert.Equal(1, second.Json["queuePlace"]!.GetValue<int>());
        var explained = (await _client.AskAsync("/api/v1/rollouts/queue.queue-env.2/explain"))
            .Expect(HttpStatusCode.OK);
        Assert.Contains(
            "queue.queue-env.1", explained.Json["because"]![0]!.GetValue<string>(), StringComparison.Ordinal);
        var withdrawn = (await _client.SendAsync("/api/v1/rollouts/queue.queue-env.2/abort"))
            .Expect(HttpStatusCode.OK);
        Assert.Equal(("queue.queue-env.2", "Withdrawn"), (Text(withdrawn, "id"), Text(withdrawn, "outcome")));
        Assert.Null(withdrawn.Json["rollout"]);
        var slot = (await _client.AskAsync("/api/v1/slots/queue.queue-env")).Expect(HttpStatusCode.OK);
        Assert.Empty(slot.Json["state"]!["queue"]!.AsArray());
    }

    [Fact]
    public async Task Lists_and_the_log_come_in_pages_that_leave_nothing_out()
    {
        await ApplyAsync("pages", "pages-env");
        await StartAsync("pages", "pages-env", "1.0.0");
        await UntilAsync("pages.pages-env", "it moves", IsMoving);
        var sequences = new List<long>();
        var after = (string?)"0";
        while (after is not null)
        {
            var page = (await _client.AskAsync($"/api/v1/rollouts/pages.pages-env/log?limit=1&after={after}"))
                .Expect(HttpStatusCode.OK);
            sequences.AddRange(page.Json["items"]!.AsArray().Select(item => item!["sequence"]!.GetValue<long>()));
            after = page.Json["next"]?.GetValue<string>();
        }

        Assert.Equal(Enumerable.Range(1, sequences.Count).Select(n => (long)n), sequences);
        var found = (await _client.AskAsync("/api/v1/rollouts?service=pages&environment=pages-env&limit=1"))
            .Expect(HttpStatusCode.OK);
        Assert.Equal("pages.pages-env.1", found.Json["items"]![0]!["key"]!.GetValue<string>());
        var none = await _client.AskAsync("/api/v1/rollouts?service=pages&phase=Succeeded");
        Assert.Empty(none.Json["items"]!.AsArray());
        var slots = (await _client.AskAsync("/api/v1/slots?environment=pages-env&phase=Leased"))
            .Expect(HttpStatusCode.OK);
        Assert.Equal("pages.pages-env", slots.Json["items"]!.AsArray().Single()!["key"]!.GetValue<string>());
        (await _client.AskAsync("/api/v1/slots?phase=Paused")).ExpectProblem(400, "bad-query");
    }

    [Fact]
    public async Task Any_verdict_can_be_asked_for_with_what_it_was_made_from_and_is_made_once_more()
    {
        const string template = """
            ---
            apiVersion: orleansrelease/v1
            kind: AnalysisTemplate
            metadata: {name: quick}
            spec:
              metrics:
                - {name: errors, query: "errors of {{version}}", unit: ratio, max: 10%, interval: 250ms}

            """;
        (await _client.ApplyAsync(
            Samples.Service("verdict", "canary: {weights: [10], each: 1h, verify: 1h, analysis: [quick]}") + template
            + $"---\n{Samples.Environment("verdict-env")}")).Expect(HttpStatusCode.OK);
        await StartAsync("verdict", "verdict-env", "1.0.0");
        const string it = "/api/v1/rollouts/verdict.verdict-env.1/verdict";

        var newest = await Eventually.IsAsync(
            "a window was judged", () => _client.AskAsync($"{it}?metric=quick/errors"),
            seen => seen.Status == HttpStatusCode.OK);
        var first = (await _client.AskAsync($"{it}?metric=quick/errors&window=0")).Expect(HttpStatusCode.OK).Json;

        Assert.True(newest.Json["replay"]!["isIdentical"]!.GetValue<bool>());
        Assert.True(first["replay"]!["isIdentical"]!.GetValue<bool>());
        Assert.Equal(0, first["verdict"]!["window"]!["number"]!.GetValue<int>());
        // The source in memory knows nothing here.
        Assert.Equal("no-data", first["input"]!["reading"]!["$type"]!.GetValue<string>());
        Assert.StartsWith(
            "window 0 of quick/errors, ", first["sentence"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal("threshold/2", first["judges"]![0]!.GetValue<string>());
        Assert.Equal(0.1, first["judgedBy"]!["thresholds"]!["max"]!.GetValue<double>());

        (await _client.AskAsync(it)).ExpectProblem(400, "missing-field");
        var unknown = (await _client.AskAsync($"{it}?metric=quick/typo")).ExpectProblem(404, "not-found");
        Assert.Contains("quick/errors", unknown.Text, StringComparison.Ordinal);
        (await _client.AskAsync($"{it}?metric=quick/errors&window=100000")).ExpectProblem(404, "not-found");
    }

    [Fact]
    public async Task An_emergency_says_why()
    {
        await ApplyAsync("urgent", "urgent-env");
        foreach (var reason in new[] { "", " ", "two\nlines", new string('x', 1001) })
            (await _client.SendAsync("/api/v1/rollouts", Urgent(reason))).ExpectProblem(422, "bad-reason");

        var body = Urgent("INC-4711: payments fail");
        var plan = (await _client.SendAsync("/api/v1/plans", body)).Expect(HttpStatusCode.OK);
        Assert.Equal("INC-4711: payments fail", Text(plan, "emergency"));
        (await _client.SendAsync("/api/v1/rollouts", body)).Expect(HttpStatusCode.Accepted);
        var slot = (await _client.AskAsync("/api/v1/slots/urgent.urgent-env")).Expect(HttpStatusCode.OK);
        Assert.Equal(
            "INC-4711: payments fail", slot.Json["state"]!["holder"]!["rollout"]!["emergency"]!.GetValue<string>());
    }

    [Fact]
    public async Task What_is_missing_or_misspelt_is_named()
    {
        (await _client.SendAsync("/api/v1/rollouts", new { service = "x", version = "1" }))
            .ExpectProblem(400, "missing-field");
        (await _client.SendAsync("/api/v1/rollouts", new { service = "Not A Name", environment = "e", version = "1" }))
            .ExpectProblem(400, "bad-request");
        (await _client.SendAsync("/api/v1/rollouts", new { sevice = "x" })).ExpectProblem(400, "bad-request");
        (await StartAsync("nobody", "nowhere", "1")).ExpectProblem(404, "not-found");
        (await _client.AskAsync("/api/v1/rollouts/x/explain")).ExpectProblem(400, "bad-name");
        (await _client.AskAsync("/api/v1/rollouts?phase=Moving")).ExpectProblem(400, "bad-query");
    }

    private async Task ApplyAsync(string service, string environment) =>
        (await _client.ApplyAsync(Samples.Both(service, environment))).Expect(HttpStatusCode.OK);

    private Task<Seen> StartAsync(
        string service, string environment, string version, string? key = null, string query = "") =>
        _client.SendAsync($"/api/v1/rollouts{query}", Body(service, environment, version), key);

    private static bool IsMoving(System.Text.Json.Nodes.JsonNode state) =>
        state["stage"]!["$type"]!.GetValue<string>() == "moving";

    private static string? Text(Seen seen, string name) => seen.Json[name]?.GetValue<string>();

    private static object Body(string service, string environment, string version) =>
        new { service, environment, version };

    private static object Urgent(string emergency) =>
        new { service = "urgent", environment = "urgent-env", version = "1.0.0", emergency };

    private async Task<string> StageAsync(string path) =>
        (await _client.AskAsync(path)).Json["state"]!["stage"]!["$type"]!.GetValue<string>();

    private async Task<System.Text.Json.Nodes.JsonNode> UntilAsync(
        string rollout, string what, Func<System.Text.Json.Nodes.JsonNode, bool> isSo)
    {
        var seen = await Eventually.IsAsync(
            $"{rollout}: {what}", () => _client.AskAsync($"/api/v1/rollouts/{rollout}"),
            answer => answer.Status == HttpStatusCode.OK && isSo(answer.Json["state"]!));
        return seen.Json["state"]!;
    }
}
