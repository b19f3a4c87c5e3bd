using System.Net;
using OrleansRelease.Gateway.Tests.Harness;

namespace OrleansRelease.Gateway.Tests.Planning;

[Collection(GatewayCollection.Name)]
public sealed class WhenAReleaseIsPlanned(RunningGateway gateway)
{
    private readonly HttpClient _client = gateway.Client;

    [Fact]
    public async Task It_is_applied_once_and_found_by_its_name_with_dots()
    {
        var applied = await _client.ApplyAsync(Release("applied-2026.11.3", "{unheard-of: 1.0.0}"));
        var change = applied.Expect(HttpStatusCode.OK).Json["manifests"]![0]!;
        Assert.Equal("Created", change["change"]!.GetValue<string>());
        Assert.Equal("there is no Service unheard-of yet", change["notes"]![0]!.GetValue<string>());
        await _client.ApplyAsync(Release("applied-2026.11.3", "{unheard-of: 1.0.0}"));

        (await _client.ApplyAsync(Release("applied-2026.11.3", "{unheard-of: 1.0.1}")))
            .ExpectProblem(409, "immutable");

        var seen = (await _client.AskAsync("/api/v1/releases/applied-2026.11.3")).Expect(HttpStatusCode.OK);
        Assert.Contains("version: 1.0.0", seen.Json["text"]!.GetValue<string>(), StringComparison.Ordinal);
        var all = (await _client.AskAsync("/api/v1/releases?limit=500")).Expect(HttpStatusCode.OK);
        Assert.Contains(all.Json["items"]!.AsArray(), item => item!["name"]!.GetValue<string>() == "applied-2026.11.3");
        (await _client.AskAsync("/api/v1/releases/not..a.name")).ExpectProblem(400, "bad-name");
        (await _client.AskAsync("/api/v1/services/not.a.service")).ExpectProblem(400, "bad-name");
    }

    [Fact]
    public async Task It_is_planned_and_simulated_as_it_would_go()
    {
        (await _client.ApplyAsync(
            Samples.Environment("planned-env") + "---\n" + Samples.Service("planned-a") + "---\n"
            + Samples.Service("planned-b") + Release("planned-1.0", "{planned-a: 1.0.0, planned-b: 1.0.0}")))
            .Expect(HttpStatusCode.OK);
        var there = new { release = "planned-1.0", environment = "planned-env" };

        var plan = (await _client.SendAsync("/api/v1/plans/releases", there)).Expect(HttpStatusCode.OK);
        Assert.Equal(2, plan.Json["moves"]!.AsArray().Count);
        Assert.Empty(plan.Json["refusals"]!.AsArray());
        // Nothing has ever run there: what a step may take is all that is known.
        var first = plan.Json["back"]!["steps"]![0]!;
        Assert.Equal(first["steps"]!.AsArray().Count, first["expected"]!.AsArray().Count);
        Assert.All(first["expected"]!.AsArray(), one => Assert.Equal("Limit", one!["source"]!.GetValue<string>()));
        Assert.NotNull(plan.Json["back"]!["expected"]);
        (await _client.SendAsync("/api/v1/plans/releases", new { release = "planned-1.0" }))
            .ExpectProblem(400, "missing-field");

        var simulation = (await _client.SendAsync(
            "/api/v1/simulations", new { there.release, there.environment, failEach = true }))
            .Expect(HttpStatusCode.OK);
        Assert.Equal(plan.Json["specHash"]!.GetValue<string>(), simulation.Json["specHash"]!.GetValue<string>());
        Assert.Equal(10, simulation.Json["failures"]!.AsArray().Count);
        Assert.Equal(0, simulation.Json["untried"]!.GetValue<int>());

        var rest = (await _client.SendAsync(
            "/api/v1/simulations", new { there.release, there.environment, failEach = true, failSkip = 7 }))
            .Expect(HttpStatusCode.OK);
        Assert.Equal(3, rest.Json["failures"]!.AsArray().Count);
        (await _client.SendAsync("/api/v1/simulations", new { there.release, there.environment, failSkip = 7 }))
            .ExpectProblem(400, "bad-request");

        var unknown = (await _client.SendAsync(
            "/api/v1/simulations", new { there.release, there.environment, failAt = "planned-a/9" }))
            .ExpectProblem(422, "unknown-step");
        Assert.Contains("planned-a/5 (verify 1h)", unknown.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_is_simulated_as_if_it_had_been_applied_and_is_not()
    {
        var file = Samples.Environment("unseen-env") + "---\n" + Samples.Service("unseen")
            + Release("unseen-1.0", "{unseen: 1.0.0}");

        var simulation = (await _client.SendAsync(
            "/api/v1/simulations", new { environment = "unseen-env", yaml = file, failAt = "unseen" }))
            .Expect(HttpStatusCode.OK);

        Assert.Equal("RolledBack", simulation.Json["course"]!["end"]!.GetValue<string>());
        (await _client.AskAsync("/api/v1/releases/unseen-1.0")).ExpectProblem(404, "not-found");
        (await _client.SendAsync("/api/v1/simulations", new { environment = "unseen-env", yaml = "kind: Release" }))
            .ExpectProblem(422, "invalid-manifests");
        (await _client.SendAsync("/api/v1/simulations", new { environment = "unseen-env" }))
            .ExpectProblem(400, "missing-field");
    }

    [Fact]
    public async Task Where_a_file_could_be_simulated_is_known_by_what_it_says_itself()
    {
        var file = "apiVersion: orleansrelease/v1\nkind: Environment\nmetadata: {name: routed-live}\n"
            + "spec: {after: [{environment: routed-lab}]}\n---\n"
            + "apiVersion: orleansrelease/v1\nkind: Environment\nmetadata: {name: routed-lab}\nspec: {}\n"
            + Release("routed-1.0", "{routed: 1.0.0}").Replace(
                "spec: {", "spec: {environments: [routed-lab, routed-live], ", StringComparison.Ordinal);

        var route = (await _client.SendAsync("/api/v1/simulations/environments", new { yaml = file }))
            .Expect(HttpStatusCode.OK);

        Assert.Equal(
            ["routed-lab", "routed-live"],
            route.Json["environments"]!.AsArray().Select(one => one!["environment"]!.GetValue<string>()));
        (await _client.AskAsync("/api/v1/environments/routed-lab")).ExpectProblem(404, "not-found");
        (await _client.SendAsync("/api/v1/simulations/environments", new { release = "never-1.0" }))
            .ExpectProblem(404, "not-found");
    }

    private static string Release(string name, string services) =>
        $"---\napiVersion: orleansrelease/v1\nkind: Release\nmetadata: {{name: {name}}}\n"
            + $"spec: {{services: {services}}}\n";
}
