using System.Net.ServerSentEvents;
using OrleansRelease.Gateway.Tests.Harness;

namespace OrleansRelease.Gateway.Tests.Events;

[Collection(GatewayCollection.Name)]
public sealed class WhenEventsAreFollowed(RunningGateway gateway)
{
    private readonly HttpClient _client = gateway.Client;

    [Fact]
    public async Task Every_decision_comes_in_order_and_after_a_break_nothing_is_missed_or_doubled()
    {
        var before = await HeadAsync();
        var following = FollowAsync(before, "?service=seen", 3);
        foreach (var hours in new[] { 1, 2, 3 }) await ApplyAsync("seen", hours);
        var all = await following;
        Assert.Equal([1L, 2L, 3L], all.Select(SequenceOf));

        var rest = await FollowAsync(all[0].EventId, "?service=seen", 2);
        Assert.Equal(all.Skip(1).Select(item => item.EventId), rest.Select(item => item.EventId));
        Assert.Equal(all.Skip(1).Select(item => item.Data), rest.Select(item => item.Data));
    }

    [Fact]
    public async Task A_filter_lets_through_only_what_was_asked_for()
    {
        var before = await HeadAsync();
        await ApplyAsync("unwanted", 1);
        await ApplyAsync("wanted", 1);
        var seen = await FollowAsync(before, "?service=wanted", 1);
        Assert.Contains("Service/wanted", seen.Single().Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silence_is_broken_by_heartbeats_that_carry_where_to_resume()
    {
        var beats = await FollowAsync(null, "?service=silent", 2, item => item.EventType == "heartbeat");
        Assert.All(beats, beat => Assert.True(long.Parse(beat.EventId!) >= 0));
    }

    private async Task ApplyAsync(string service, int hours) =>
        (await _client.ApplyAsync(Samples.Service(service, $"canary: {{weights: [10], each: {hours}h, verify: 1h}}")))
            .Expect(System.Net.HttpStatusCode.OK);

    private async Task<string> HeadAsync() =>
        (await FollowAsync(null, "", 1, item => item.EventType == "heartbeat")).Single().EventId!;

    private async Task<List<SseItem<string>>> FollowAsync(
        string? lastEventId, string query, int count, Func<SseItem<string>, bool>? wanted = null)
    {
        wanted ??= item => item.EventType != "heartbeat";
        using var patience = new CancellationTokenSource(Eventually.Patience);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/events{query}");
        if (lastEventId is not null) request.Headers.Add("Last-Event-ID", lastEventId);
        using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        await using var stream = await response.Content.ReadAsStreamAsync(patience.Token);
        var seen = new List<SseItem<string>>();
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(patience.Token))
        {
            if (wanted(item)) seen.Add(item);
            if (seen.Count == count) return seen;
        }

        Assert.Fail($"the stream ended after {seen.Count} of {count} events");
        return seen;
    }

    private static long SequenceOf(SseItem<string> item) =>
        System.Text.Json.Nodes.JsonNode.Parse(item.Data)!["sequence"]!.GetValue<long>();
}
