using System.Net;
using OrleansRelease.Gateway.Tests.Harness;

namespace OrleansRelease.Gateway.Tests.Slots;

[Collection(GatewayCollection.Name)]
public sealed class WhenSomebodyAsksWhatRunsWhere(RunningGateway gateway)
{
    private const string Standings = "/api/v1/standings?service=standing";

    [Fact]
    public async Task It_is_told_what_is_stable_who_has_the_slot_and_what_has_brought_it()
    {
        await gateway.Client.ApplyAsync(Samples.Both("standing", "standing-env"));
        Assert.Empty((await gateway.Client.AskAsync(Standings)).Json["items"]!.AsArray());

        var start = new { service = "standing", environment = "standing-env", version = "1.0.0" };
        (await gateway.Client.SendAsync("/api/v1/rollouts", start)).Expect(HttpStatusCode.Accepted);

        var only = Assert.Single((await gateway.Client.AskAsync(Standings)).Json["items"]!.AsArray())!;
        Assert.Equal("standing.standing-env", $"{only["slot"]}");
        Assert.Null(only["stable"]);
        Assert.Equal("standing.standing-env.1", $"{only["holder"]!["rollout"]}");
        (await gateway.Client.AskAsync($"{Standings}&limit=0")).ExpectProblem(400, "bad-query");
    }
}
