using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using OrleansRelease.Contracts;
using OrleansRelease.Contracts.Planning;
using OrleansRelease.Contracts.Releases;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Leases;
using OrleansRelease.Gateway.Tests.Harness;
using OrleansRelease.Ports.Storage;
using OrleansRelease.Storage;

namespace OrleansRelease.Gateway.Tests.Releases;

[Collection(GatewayCollection.Name)]
public sealed class WhenTheRowOfAReleaseCannotBeRead(RunningGateway gateway)
{
    private const string There = "/api/v1/releases/shop-3.0/environments/rel-dark";

    private readonly HttpClient _client = gateway.Client;

    [Fact]
    public async Task What_moves_of_it_is_explained_and_taken_back_all_the_same()
    {
        (await _client.ApplyAsync(string.Join("---\n", Samples.Environment("rel-dark"), Samples.Service("rel-e"), """
            apiVersion: orleansrelease/v1
            kind: Release
            metadata: {name: shop-3.0}
            spec: { services: { rel-e: 1.0.0 } }

            """))).Expect(HttpStatusCode.OK);
        await PlantAsync(ReleaseName.From("shop-3.0"));
        (await _client.AskAsync(There)).ExpectProblem(409, "poisoned");
        // The tenth is the newest, though not by its letters.
        await BeginAsync(PassageId.From("shop-3.0.rel-dark.9"));
        (await _client.SendAsync($"{There}/abort")).Expect(HttpStatusCode.OK);
        await UntilEndedAsync();
        await BeginAsync(PassageId.From("shop-3.0.rel-dark.10"));

        (await _client.AskAsync("/api/v1/releases/shop-3.0/state")).ExpectProblem(409, "poisoned");
        var explained = (await _client.AskAsync($"{There}/explain")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal("shop-3.0.rel-dark.10", Text(explained, "id"));
        var aborted = (await _client.SendAsync($"{There}/abort", key: "dark")).Expect(HttpStatusCode.OK);
        Assert.Equal("shop-3.0.rel-dark.10", Text(aborted.Json, "id"));
        await UntilEndedAsync();
        (await _client.SendAsync($"{There}/abort", key: "dark")).Expect(HttpStatusCode.OK);
        (await _client.AskAsync($"{There}/plan")).Expect(HttpStatusCode.OK);
    }

    private async Task BeginAsync(PassageId id)
    {
        var grains = gateway.Services.GetRequiredService<IGrainFactory>();
        var resolved = Assert.IsType<Answer<ResolvedPassage>.Accepted>(
            await grains.GetGrain<IPlannerGrain>(0).ResolvePassageAsync(id.Release, id.Environment, default));
        Assert.Null(await grains.GetGrain<IPassageGrain>($"{id}").BeginAsync(
            new(id, ActorName.From("anna"), Rank.Of(id, DateTimeOffset.UtcNow, 0), null), resolved.Value.SpecHash,
            default));
    }

    private Task PlantAsync(ReleaseName release) => gateway.Services
        .GetRequiredKeyedService<IGrainStorage>(StorageNames.Rows)
        .WriteStateAsync(
            Kinds.Release, GrainId.Create(Kinds.Release, $"{release}"),
            new GrainState<RowRecord>(new RowRecord
            {
                Columns = new RowColumns(
                    Kinds.Release, $"{release}", 1, DateTimeOffset.UtcNow, "Progressing", null, null, null, null, null),
                Payload = """{"schema":1,"sequence":1,"outbox":"not a list"}""",
                Transition = """{"previous":""}""",
            }));

    private async Task UntilEndedAsync() => await Eventually.IsAsync(
        "it has ended", () => _client.AskAsync(There),
        answer => answer.Status == HttpStatusCode.OK && Text(answer.Json, "phase") is "RolledBack" or "Cancelled");

    private static string? Text(JsonNode node, string name) => node[name]?.GetValue<string>();
}
