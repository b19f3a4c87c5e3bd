using System.Net;
using OrleansRelease.Gateway.Tests.Harness;

namespace OrleansRelease.Gateway.Tests.Rollouts;

[Collection(GatewayCollection.Name)]
public sealed class WhenACommandIsRepeated(RunningGateway gateway)
{
    private readonly HttpClient _client = gateway.Client;

    [Fact]
    public async Task It_never_reaches_the_rollout_that_moves_there_by_then()
    {
        (await _client.ApplyAsync(Samples.Both("again", "again-env"))).Expect(HttpStatusCode.OK);
        await StartAsync("1.0.0");
        await StartAsync("2.0.0");
        await StandsAsync("again.again-env.1", "moving");

        // Which one this means depends on when it arrives, so it means none.
        (await AbortAsync("again.again-env")).ExpectProblem(400, "ambiguous-address");
        (await AbortAsync("again.again-env.1")).Expect(HttpStatusCode.OK);
        await StandsAsync("again.again-env.2", "moving");
        (await AbortAsync("again.again-env")).ExpectProblem(400, "ambiguous-address");
        (await AbortAsync("again.again-env.1")).Expect(HttpStatusCode.OK);
        await StandsAsync("again.again-env.2", "moving");
    }

    [Theory]
    [InlineData("pause")]
    [InlineData("resume")]
    [InlineData("promote")]
    [InlineData("retry")]
    [InlineData("abort")]
    public async Task No_command_is_taken_for_whatever_moves_there(string verb) =>
        (await _client.SendAsync($"/api/v1/rollouts/never.never-env/{verb}")).ExpectProblem(400, "ambiguous-address");

    private Task<Seen> AbortAsync(string rollout) =>
        _client.SendAsync($"/api/v1/rollouts/{rollout}/abort", new { reason = "enough" }, key: "K");

    private async Task StartAsync(string version) => (await _client.SendAsync(
        "/api/v1/rollouts", new { service = "again", environment = "again-env", version }))
        .Expect(HttpStatusCode.Accepted);

    private Task<Seen> StandsAsync(string rollout, string stage) => Eventually.IsAsync(
        $"{rollout} is {stage}", () => _client.AskAsync($"/api/v1/rollouts/{rollout}"),
        seen => seen.Status == HttpStatusCode.OK
            && seen.Json["state"]!["stage"]!["$type"]!.GetValue<string>() == stage);
}
