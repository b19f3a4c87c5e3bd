using System.Net;
using OrleansRelease.Gateway.Tests.Harness;

namespace OrleansRelease.Gateway.Tests.Slots;

[Collection(GatewayCollection.Name)]
public sealed class WhenALeaseIsBroken(RunningGateway gateway)
{
    private const string Slot = "/api/v1/slots/held.held-env";

    private readonly HttpClient _client = gateway.Client;

    [Fact]
    public async Task It_is_said_from_whom_and_why_and_no_other_loses_it()
    {
        var body = new { holder = "held.held-env.1", reason = "its server is gone" };
        (await _client.SendAsync($"{Slot}/break", body)).ExpectProblem(404, "not-found");
        await _client.ApplyAsync(Samples.Both("held", "held-env"));
        foreach (var version in new[] { "1.0.0", "2.0.0" })
        {
            (await _client.SendAsync(
                "/api/v1/rollouts", new { service = "held", environment = "held-env", version }))
                .Expect(HttpStatusCode.Accepted);
        }

        (await _client.SendAsync($"{Slot}/break", new { reason = "why" })).ExpectProblem(400, "missing-field");
        (await _client.SendAsync($"{Slot}/break", new { body.holder })).ExpectProblem(400, "missing-field");
        (await _client.SendAsync($"{Slot}/break", new { body.holder, reason = " " })).ExpectProblem(422, "bad-reason");
        (await _client.SendAsync($"{Slot}/break", body with { holder = "held.held-env.2" }))
            .ExpectProblem(409, "not-as-seen");

        (await _client.SendAsync($"{Slot}/break?dryRun=true", body)).Expect(HttpStatusCode.OK);
        Assert.NotNull((await _client.AskAsync(Slot)).Json["state"]!["holder"]);
        var broken = (await _client.SendAsync($"{Slot}/break", body, key: "once")).Expect(HttpStatusCode.OK);
        Assert.Null(broken.Json["state"]!["holder"]);
        Assert.Equal("held.held-env.1", broken.Json["state"]!["broken"]!["rollout"]!.GetValue<string>());
        (await _client.SendAsync($"{Slot}/break", body, key: "once")).Expect(HttpStatusCode.OK);
        (await _client.SendAsync($"{Slot}/break", body with { reason = "another" }, key: "once"))
            .ExpectProblem(422, "idempotency-key-reused");
        var again = await _client.SendAsync($"{Slot}/break", body);
        Assert.True(again.Problem is "not-held" or "not-as-seen", again.Text);
    }
}
