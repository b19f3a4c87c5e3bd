using System.Net;
using Microsoft.Extensions.DependencyInjection;
using OrleansRelease.Gateway.Tests.Harness;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Gateway.Tests.Slots;

[Collection(GatewayCollection.Name)]
public sealed class WhenASlotIsInQuarantine(RunningGateway gateway)
{
    private const string Retry = "/api/v1/slots/stuck.stuck-env/retry";

    private readonly HttpClient _client = gateway.Client;

    [Fact]
    public async Task A_person_lets_it_be_tried_again()
    {
        (await _client.SendAsync(Retry)).ExpectProblem(404, "not-found");
        await _client.ApplyAsync(Samples.Both("stuck", "stuck-env"));
        var start = new { service = "stuck", environment = "stuck-env", version = "1.0.0" };
        (await _client.SendAsync("/api/v1/rollouts", start)).Expect(HttpStatusCode.Accepted);
        (await _client.SendAsync(Retry)).ExpectProblem(409, "not-failed");
        // A write of its own would forget the failures again: it has none to make once it waits for nothing.
        await Eventually.IsAsync("the slot to wait for nothing", RowAsync, row => row.NextWake is null);

        await FailAsync();
        Assert.NotNull((await _client.SendAsync($"{Retry}?dryRun=true")).Json["quarantinedAt"]);
        Assert.NotNull((await RowAsync()).QuarantinedAt);
        var lifted = (await _client.SendAsync(Retry, new { reason = "repaired" })).Expect(HttpStatusCode.OK);
        Assert.Null(lifted.Json["quarantinedAt"]);
        Assert.Null((await RowAsync()).QuarantinedAt);
    }

    private async Task FailAsync()
    {
        var index = gateway.Services.GetRequiredService<IWakeIndex>();
        for (var i = 0; i < Shards.FailuresToQuarantine; i++)
            await index.RecordFailureAsync("slot", "stuck.stuck-env", "cannot be read", DateTimeOffset.UtcNow, default);
    }

    private async Task<RowSummary> RowAsync() =>
        (await gateway.Services.GetRequiredService<IRows>().GetAsync("slot", "stuck.stuck-env", default))!.Summary;
}
