using Microsoft.Extensions.DependencyInjection;
using OrleansRelease.Contracts.Slots;
using OrleansRelease.Gateway.Tests.Harness;

namespace OrleansRelease.Gateway.Tests.Requests;

[Collection(GatewayCollection.Name)]
public sealed class WhenTooManyWait(RunningGateway gateway)
{
    private const string Slot = "crowded.crowded-env";

    private const string Retry = $"/api/v1/slots/{Slot}/retry";

    [Fact]
    public async Task One_more_is_turned_away_and_told_when_to_come_back()
    {
        var held = gateway.Services.GetRequiredService<HeldCalls>();
        var slot = gateway.Services.GetRequiredService<IGrainFactory>().GetGrain<ISlotGrain>(Slot);
        held.Begin(Slot);
        Task[] waiting = [.. Enumerable.Range(0, RunningGateway.MailboxLimit + 1).Select(_ => slot.GetAsync(default))];
        await Eventually.IsAsync("all of them wait", () => held.CountOf(Slot) == waiting.Length);

        var command = (await gateway.Client.SendAsync(Retry, key: "crowded")).ExpectProblem(503, "busy");
        var question = (await gateway.Client.AskAsync($"/api/v1/slots/{Slot}")).ExpectProblem(503, "busy");

        Assert.Equal(("1", "1"), (command.RetryAfter, question.RetryAfter));
        Assert.Contains("Idempotency-Key", command.Json["accepted"]!.GetValue<string>(), StringComparison.Ordinal);
        held.End(Slot);
        await Task.WhenAll(waiting);
        (await gateway.Client.SendAsync(Retry, key: "crowded")).ExpectProblem(404, "not-found");
    }
}
