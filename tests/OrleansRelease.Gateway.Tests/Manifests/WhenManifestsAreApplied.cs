using System.Net;
using OrleansRelease.Gateway.Tests.Harness;

namespace OrleansRelease.Gateway.Tests.Manifests;

[Collection(GatewayCollection.Name)]
public sealed class WhenManifestsAreApplied(RunningGateway gateway)
{
    private readonly HttpClient _client = gateway.Client;

    [Fact]
    public async Task Each_is_created_then_unchanged_then_changed_with_the_lines_that_differ()
    {
        Assert.Equal("Created", ChangeOf(await _client.ApplyAsync(Samples.Service("diff"))));
        Assert.Equal("Unchanged", ChangeOf(await _client.ApplyAsync(Samples.Service("diff"))));
        var changed = await _client.ApplyAsync(
            Samples.Service("diff", "canary: {weights: [10], each: 2h, verify: 1h}"));
        Assert.Equal("Changed", ChangeOf(changed));
        var lines = changed.Json["manifests"]![0]!["diff"]!.AsArray().Select(line => line!.GetValue<string>()).ToList();
        Assert.Single(lines, line => line.StartsWith('-') && line.Contains("1h", StringComparison.Ordinal));
        Assert.Single(lines, line => line.StartsWith('+') && line.Contains("2h", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_dry_run_tells_the_same_and_applies_nothing()
    {
        var tried = (await _client.ApplyAsync(Samples.Service("tried"), "?dryRun=true")).Expect(HttpStatusCode.OK);
        Assert.Equal("Created", ChangeOf(tried));
        Assert.True(tried.Json["dryRun"]!.GetValue<bool>());
        (await _client.AskAsync("/api/v1/services/tried")).ExpectProblem(404, "not-found");
    }

    [Fact]
    public async Task Services_that_would_wait_for_each_other_are_refused_with_the_way_around()
    {
        static string Requiring(string service, string other) => "---\napiVersion: orleansrelease/v1\nkind: Service\n"
            + $"metadata: {{name: {service}}}\nspec: {{dependsOn: [{{service: {other}, atLeast: 1.0.0}}]}}\n";
        (await _client.ApplyAsync(Requiring("round-a", "round-b"))).Expect(HttpStatusCode.OK);
        var seen = (await _client.ApplyAsync(Requiring("round-b", "round-c") + Requiring("round-c", "round-a")))
            .ExpectProblem(422, "requirement-cycle");
        Assert.Contains("round-b → round-c → round-a → round-b", seen.Text, StringComparison.Ordinal);
        (await _client.AskAsync("/api/v1/services/round-b")).ExpectProblem(404, "not-found");
    }

    [Fact]
    public async Task Every_problem_comes_at_once_with_its_place_and_nothing_is_applied()
    {
        var bad = $"{Samples.Service("half")}---\napiVersion: orleansrelease/v1\nkind: Service\n"
            + "metadata: {name: Half}\nspec: {strateggy: canary}\n";
        var body = new { file = "shop/half.yaml", yaml = bad };
        var seen = (await _client.SendAsync("/api/v1/manifests", body)).ExpectProblem(422, "invalid-manifests");
        var problems = seen.Json["problems"]!.AsArray();
        Assert.True(problems.Count >= 2, seen.Text);
        Assert.All(problems, problem =>
        {
            Assert.Equal("shop/half.yaml", problem!["file"]!.GetValue<string>());
            Assert.True(problem["line"]!.GetValue<int>() > 1);
            Assert.NotNull(problem["expected"]);
        });
        (await _client.AskAsync("/api/v1/services/half")).ExpectProblem(404, "not-found");
    }

    [Fact]
    public async Task Nobody_overwrites_what_they_have_not_seen()
    {
        await _client.ApplyAsync(Samples.Service("guarded"));
        var seen = (await _client.AskAsync("/api/v1/services/guarded")).Expect(HttpStatusCode.OK);
        var changed = Samples.Service("guarded", "canary: {weights: [20], each: 1h, verify: 1h}");
        (await _client.ApplyAsync(changed, "", ("If-None-Match", "*"))).ExpectProblem(412, "precondition-failed");
        (await _client.ApplyAsync(changed, "", ("If-Match", seen.Tag!))).Expect(HttpStatusCode.OK);
        (await _client.ApplyAsync(Samples.Service("guarded"), "", ("If-Match", seen.Tag!)))
            .ExpectProblem(412, "precondition-failed");
        (await _client.ApplyAsync(Samples.Both("guarded", "guarded-env"), "", ("If-Match", seen.Tag!)))
            .ExpectProblem(400, "bad-header");
    }

    [Fact]
    public async Task The_same_key_applies_once_and_with_another_content_is_refused()
    {
        var file = new { file = "key.yaml", yaml = Samples.Service("keyed") };
        var first = await _client.SendAsync("/api/v1/manifests", file, "key-1");
        var again = await _client.SendAsync("/api/v1/manifests", file, "key-1");
        Assert.Equal(("Created", "Unchanged"), (ChangeOf(first), ChangeOf(again)));
        var other = new { file = "key.yaml", yaml = Samples.Service("keyed", "allAtOnce: {verify: 1h}") };
        (await _client.SendAsync("/api/v1/manifests", other, "key-1")).ExpectProblem(422, "idempotency-key-reused");
    }

    [Fact]
    public async Task A_repetition_changes_nothing_and_says_so_whatever_has_been_applied_since()
    {
        var first = new { file = "mine.yaml", yaml = Samples.Service("repeated") };
        await _client.SendAsync("/api/v1/manifests", first, "key-2");
        await _client.ApplyAsync(Samples.Service("repeated", "allAtOnce: {verify: 1h}"));
        var others = (await _client.AskAsync("/api/v1/services/repeated")).Tag;

        var again = await _client.SendAsync("/api/v1/manifests", first, "key-2");

        Assert.Equal("Unchanged", ChangeOf(again));
        Assert.Equal(others, (await _client.AskAsync("/api/v1/services/repeated")).Tag);
    }

    [Fact]
    public async Task A_manifest_that_is_known_already_is_not_sent_again()
    {
        await _client.ApplyAsync(Samples.Service("cached"));
        var tag = (await _client.AskAsync("/api/v1/services/cached")).Tag;
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/services/cached");
        request.Headers.TryAddWithoutValidation("If-None-Match", tag);
        using var response = await _client.SendAsync(request);
        Assert.Equal(HttpStatusCode.NotModified, response.StatusCode);
    }

    [Fact]
    public async Task What_is_effective_is_shown_with_where_it_comes_from()
    {
        await _client.ApplyAsync(Samples.Both("shown", "shown-env"));
        var seen = (await _client.AskAsync("/api/v1/services/shown/effective?environment=shown-env"))
            .Expect(HttpStatusCode.OK);
        var origins = seen.Json["values"]!.AsArray().Select(value => value!["origin"]!.GetValue<string>()).ToHashSet();
        Assert.Contains("service", origins);
        Assert.Contains("built-in", origins);
        (await _client.AskAsync("/api/v1/services/shown/effective?environment=nowhere"))
            .ExpectProblem(404, "not-found");
        (await _client.AskAsync("/api/v1/services/shown/effective")).ExpectProblem(400, "bad-request");
    }

    [Fact]
    public async Task A_list_holds_one_kind_in_pages()
    {
        foreach (var name in new[] { "list-a", "list-b", "list-c" })
            await _client.ApplyAsync(Samples.Both(name, name));
        var first = (await _client.AskAsync("/api/v1/environments?limit=1&after=list")).Expect(HttpStatusCode.OK);
        Assert.Equal("list-a", first.Json["items"]![0]!["name"]!.GetValue<string>());
        var next = await _client.AskAsync($"/api/v1/environments?limit=500&after={first.Json["next"]}");
        var names = next.Json["items"]!.AsArray().Select(item => item!["name"]!.GetValue<string>()).ToList();
        Assert.Equal(["list-b", "list-c"], names.Take(2));
        Assert.All(next.Json["items"]!.AsArray(), item =>
            Assert.Equal("Environment", item!["kind"]!.GetValue<string>()));
    }

    private static string ChangeOf(Seen seen) =>
        seen.Expect(HttpStatusCode.OK).Json["manifests"]![0]!["change"]!.GetValue<string>();
}
