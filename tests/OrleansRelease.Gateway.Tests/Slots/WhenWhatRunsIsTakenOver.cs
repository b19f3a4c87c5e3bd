using OrleansRelease.Gateway.Tests.Harness;

namespace OrleansRelease.Gateway.Tests.Slots;

[Collection(GatewayCollection.Name)]
public sealed class WhenWhatRunsIsTakenOver(RunningGateway gateway)
{
    [Fact]
    public async Task It_has_to_be_there_and_a_script_has_to_be_possible()
    {
        await gateway.Client.ApplyAsync(Samples.Both("adopted", "adopted-env"));
        const string adopt = "/api/v1/slots/adopted.adopted-env/adopt";
        (await gateway.Client.SendAsync(adopt, new { version = "1.0.0" })).ExpectProblem(409, "not-as-seen");
        (await gateway.Client.SendAsync(adopt, new { })).ExpectProblem(409, "not-as-seen");
        (await gateway.Client.SendAsync("/api/v1/slots/adopted/adopt", new { version = "1.0.0" }))
            .ExpectProblem(400, "bad-name");

        await gateway.Client.ApplyAsync(
            """
            apiVersion: orleansrelease/v1
            kind: Release
            metadata: {name: adopted-1}
            spec: {services: {adopted: 1.0.0}, environments: [adopted-env]}
            """);
        (await gateway.Client.SendAsync(
            "/api/v1/plans/releases/script", new { release = "adopted-1", environment = "adopted-env" }))
            .ExpectProblem(422, "no-script");
    }
}
