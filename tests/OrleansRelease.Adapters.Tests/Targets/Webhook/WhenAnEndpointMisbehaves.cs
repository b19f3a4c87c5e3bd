using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OrleansRelease.Adapters.Outgoing;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Specs;
using static OrleansRelease.Adapters.Tests.Targets.TargetSpecs;
using static OrleansRelease.Adapters.Tests.Targets.Webhook.ScriptedEndpoint;

namespace OrleansRelease.Adapters.Tests.Targets.Webhook;

public sealed class WhenAnEndpointMisbehaves : IAsyncLifetime
{
    private const string Problem = "application/problem+json";

    private static readonly CancellationToken None = CancellationToken.None;

    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(700);

    // What is not sent in time has not happened, and what is sent may have: on a busy machine, too.
    private AnsweredTime _limits = null!;

    private WebhookRig _rig = null!;
    private ScriptedEndpoint _endpoint = null!;

    public async Task InitializeAsync()
    {
        _limits = await AnsweredTime.StartAsync();
        _rig = new WebhookRig(_limits.Provider);
        _endpoint = await StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _endpoint.DisposeAsync();
        _rig.Dispose();
        await _limits.DisposeAsync();
    }

    [Theory]
    [InlineData(422, """{"title":"no such image","detail":"greeter:9 was never built"}""", "Refused",
        "the endpoint answered 422: no such image: greeter:9 was never built")]
    [InlineData(404, "not json", "Refused", "the endpoint answered 404: no problem was given")]
    [InlineData(302, "", "Refused", "the endpoint answered 302: redirects are not followed")]
    [InlineData(429, "{}", "NotApplied", "the endpoint answered 429: no problem was given")]
    [InlineData(500, """{"title":"out of disk"}""", "NotApplied", "the endpoint answered 500: out of disk")]
    [InlineData(503, "{}", "NotApplied", "the endpoint answered 503: no problem was given")]
    [InlineData(502, "{}", "Unknown", "the endpoint answered 502: no problem was given")]
    [InlineData(409, """{"title":"busy","accepted":{"epoch":1,"generation":9,"ordinal":9}}""", "Refused",
        "the endpoint answered 409: busy", Fencing.None)]
    [InlineData(412, """{"accepted":{"epoch":1,"generation":9,"ordinal":9}}""", "Overtaken", "1.9.9")]
    [InlineData(409, """{"title":"busy","accepted":{"epoch":1,"generation":1,"ordinal":0}}""", "Refused",
        "the endpoint answered 409: busy")]
    public async Task Its_no_is_taken_for_what_it_says(
        int status, string body, string outcome, string reason, Fencing fencing = Fencing.Stored)
    {
        _endpoint.OnChange = context =>
        {
            context.Response.Headers.Location = "/elsewhere";
            return Saying(status, body, Problem)(context);
        };

        var came = await DeployAsync(fencing);

        Assert.Equal(outcome, came.GetType().Name);
        Assert.Contains(reason, $"{came}", StringComparison.Ordinal);
        Assert.DoesNotContain(_endpoint.All, heard => heard.Path == "/elsewhere");
    }

    [Fact]
    public async Task What_has_failed_and_left_something_behind_may_have_happened()
    {
        _endpoint.OnChange = Saying(500, """{"title":"second instance failed"}""", Problem);
        _endpoint.OnObserve = Sees(wanted: 2, ready: 1);

        var unknown = Assert.IsType<Outcome.Unknown>(await DeployAsync());

        Assert.EndsWith("1 of 2 instances of 1.0.0 are ready", unknown.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nobody_listens_nothing_has_happened()
    {
        var spec = ByWebhook(_endpoint.Url, _rig.KeyFile, Fencing.Stored);
        await _endpoint.DisposeAsync();

        Assert.IsType<Outcome.NotApplied>(await _rig.Target.DeployAsync(spec.Call(V1, 1), None));
    }

    [Fact]
    public async Task Without_a_key_nothing_is_sent()
    {
        File.Delete(_rig.KeyFile);

        var not = Assert.IsType<Outcome.NotApplied>(await DeployAsync());

        Assert.Contains("cannot be read", not.Reason, StringComparison.Ordinal);
        Assert.Empty(_endpoint.All);
    }

    [Theory]
    [InlineData("hangs")]
    [InlineData("hangs up")]
    [InlineData("drips")]
    public async Task Sent_and_not_answered_is_not_known(string how)
    {
        using var pace = new SemaphoreSlim(0);
        _endpoint.OnChange = async context =>
        {
            if (how == "hangs up") context.Abort();
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await pace.WaitAsync(50, context.RequestAborted);
                if (how == "drips") await context.Response.WriteAsync(".", context.RequestAborted);
            }
        };

        Assert.IsType<Outcome.Unknown>(await DeployAsync(limit: Short));
    }

    [Fact]
    public async Task An_answer_that_comes_too_late_is_heard_by_the_next_attempt_at_the_same_effect()
    {
        using var late = new SemaphoreSlim(0);
        _endpoint.OnChange = InTurn(context => late.WaitAsync(context.RequestAborted), _ => Task.CompletedTask);
        Assert.IsType<Outcome.Unknown>(await DeployAsync(limit: Short));
        _endpoint.OnObserve = Sees(1, 1);

        Assert.Equal(new Outcome.Applied(), await DeployAsync());

        Assert.Equal(["checkout_staging_1-1-1"], _endpoint.Changes.Select(change => change.Id).Distinct());
        Assert.Equal(2, _endpoint.Changes.Count());
    }

    [Fact]
    public async Task A_body_without_an_end_is_not_read_to_it()
    {
        var huge = new string('x', OutgoingHttp.MaxBodyBytes * 4);
        _endpoint.OnChange = Saying(200, huge);
        _endpoint.OnObserve = Sees(1, 1);
        Assert.Equal(new Outcome.Applied(), await DeployAsync());

        _endpoint.OnChange = Saying(400, $$"""{"title":"{{huge}}"}""", Problem);
        var refused = Assert.IsType<Outcome.Refused>(await DeployAsync());
        Assert.Equal("the endpoint answered 400: no problem was given", refused.Reason);

        _endpoint.OnChange = Saying(400, $$"""{"title":"{{huge[..9000]}}"}""", Problem);
        Assert.InRange(Assert.IsType<Outcome.Refused>(await DeployAsync()).Reason.Length, 300, 400);
    }

    [Theory]
    [InlineData(200, """{"wanted":1,"ready":1}""", "text/html", "text/html, not JSON")]
    [InlineData(200, """{"ready":1}""", "application/json", "does not say how many")]
    [InlineData(200, """{"wanted":1,"ready":2}""", "application/json", "more ready than wanted")]
    [InlineData(200, "[", "application/json", "cannot be read")]
    [InlineData(200, """{"wanted":1,"ready":1,"addresses":["http://me:secret@h/"]}""", "application/json",
        "addresses that are none")]
    [InlineData(200, """{"wanted":1,"ready":1,"addresses":["http://169.254.169.254/"]}""", "application/json",
        "addresses that are none or link-local")]
    [InlineData(404, "{}", "application/json", "answered 404")]
    public async Task What_it_does_not_say_is_not_taken_for_nothing(int status, string body, string type, string why)
    {
        _endpoint.OnObserve = Saying(status, body, type);

        var said = await Assert.ThrowsAsync<InvalidDataException>(
            () => _rig.Target.ObserveAsync(Spec(), V1, None));

        Assert.Contains(why, said.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_accepted_is_followed_where_it_says_and_done_when_it_is_seen()
    {
        _endpoint.OnChange = context => Accepted(context, "/jobs/7");
        _endpoint.OnStatus = InTurn(
            context => Accepted(context, "/jobs/8"), Saying(500, ""), Saying(200, "{}"));
        _endpoint.OnObserve = InTurn(Sees(1, 0), Sees(1, 1));

        Assert.Equal(new Outcome.Applied(), await DeployAsync());

        var asked = _endpoint.All.Where(heard => heard.Do == "status").ToList();
        Assert.Equal(["/jobs/7", "/jobs/8", "/jobs/8"], asked.Select(heard => heard.Path));
        Assert.All(asked, heard => Assert.Equal("checkout_staging_1-1-1", heard.Id));
        Assert.Single(_endpoint.Changes);
    }

    [Fact]
    public async Task Nobody_else_is_asked_whatever_it_says()
    {
        await using var other = await StartAsync();
        _endpoint.OnChange = context => Accepted(context, $"{other.Url}metadata");

        Assert.IsType<Outcome.Unknown>(await DeployAsync());

        Assert.Empty(other.All);
    }

    [Fact]
    public async Task Said_to_be_done_and_never_seen_is_not_known()
    {
        _endpoint.OnObserve = Sees(2, 1);

        var unknown = Assert.IsType<Outcome.Unknown>(await DeployAsync(limit: Short));

        Assert.Contains("1 of 2 instances of 1.0.0 are ready", unknown.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_told_all_that_it_needs_and_until_when_it_may_act()
    {
        _endpoint.OnObserve = Sees(1, 1);
        var before = TimeProvider.System.GetUtcNow();

        await _rig.Target.DeployAsync(Spec().Call(V1, 3, generation: 2) with { Left = TimeSpan.FromSeconds(9) }, None);

        var body = Assert.Single(_endpoint.Changes).Body;
        Assert.Equal(
            ("deploy", "checkout.staging", "checkout", "staging", "1.0.0", "sha256:seeded"),
            (Text("do"), Text("slot"), Text("service"), Text("environment"), Text("version"), Text("digest")));
        Assert.Equal("""{"epoch":1,"generation":2,"ordinal":3}""", JsonSerializer.Serialize(body.GetProperty("fence")));
        var left = body.GetProperty("notAfter").GetDateTimeOffset() - before;
        Assert.InRange(left, TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(20));

        string? Text(string name) => body.GetProperty(name).GetString();
    }

    private static Task Accepted(HttpContext context, string location)
    {
        context.Response.Headers.Location = location;
        return Saying(202, "")(context);
    }

    private RolloutSpec Spec(Fencing fencing = Fencing.Stored, TimeSpan? limit = null) =>
        ByWebhook(_endpoint.Url, _rig.KeyFile, fencing, limit);

    private Task<Outcome> DeployAsync(Fencing fencing = Fencing.Stored, TimeSpan? limit = null) =>
        _rig.Target.DeployAsync(Spec(fencing, limit).Call(V1, 1), None);
}
