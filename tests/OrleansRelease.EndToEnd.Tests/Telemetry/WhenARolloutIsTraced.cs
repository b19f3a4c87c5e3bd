namespace OrleansRelease.EndToEnd.Tests.Telemetry;

/// <summary>What a collector of traces gets of a rollout that was started in a trace of its caller's.</summary>
[Collection(WatchedCollection.Name)]
public sealed class WhenARolloutIsTraced(WatchedServer server)
{
    private IReadOnlyList<Span> Trace => [.. server.Receiver.Spans.Where(span => span.Trace == WatchedServer.Trace)];

    [Fact]
    public void One_trace_leads_from_the_callers_request_over_calls_and_writes_to_what_is_done_outside()
    {
        var deploy = Trace.Single(span => span.Name == "effect deploy");
        var way = Before(deploy).ToList();

        Assert.Equal(WatchedServer.Caller, way[^1].Parent);
        Assert.Equal("/api/v1/rollouts", way[^1]["url.path"]);
        Assert.Contains(way, span => span.Name == "effect begin-rollout");
        Assert.Contains(way, span => span["rpc.system.name"] == "orleans");
        // A write is a part of the decision that is written, and nothing comes after it but what was decided.
        foreach (var name in (string[])["write storage", "commit"])
            Assert.Contains(Trace, span => span.Name == name && Before(span).Contains(way[^1]));
    }

    [Fact]
    public void An_attempt_says_whose_it_is_and_which_with_its_fence()
    {
        var deploy = Trace.Single(span => span.Name == "effect deploy");

        Assert.Equal(
            (server.Good, "lab", "memory", "applied", "1"),
            (deploy["orel.rollout"], deploy["orel.environment"], deploy["orel.adapter"], deploy["orel.outcome"],
                deploy["orel.effect.attempt"]));
        Assert.Equal($"1.1.{deploy["orel.effect.ordinal"]}", deploy["orel.fence"]);
    }

    [Fact]
    public void What_nobody_asked_for_makes_no_trace()
    {
        var roots = server.Receiver.Spans.Where(span => span.Parent.Length == 0).ToList();

        Assert.Contains(roots, root => root["url.path"] == "/api/v1/rollouts");
        Assert.All(roots, root => Assert.True(
            root.Name.StartsWith("effect ", StringComparison.Ordinal)
            || root["url.path"]?.StartsWith("/api/", StringComparison.Ordinal) == true,
            root.ToString()));
    }

    // Up to the one whose parent is not ours.
    private IEnumerable<Span> Before(Span span)
    {
        for (var next = span; next is not null; next = Trace.SingleOrDefault(other => other.Id == next.Parent))
            yield return next;
    }
}
