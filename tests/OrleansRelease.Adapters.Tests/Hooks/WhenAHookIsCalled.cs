using OrleansRelease.Adapters.Tests.Targets;
using OrleansRelease.Adapters.Tests.Targets.Webhook;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Specs;
using OrleansRelease.Ports.Hooks;
using static OrleansRelease.Adapters.Tests.Targets.Webhook.ScriptedEndpoint;

namespace OrleansRelease.Adapters.Tests.Hooks;

public sealed class WhenAHookIsCalled : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly WebhookRig _rig = new();
    private ScriptedEndpoint _endpoint = null!;

    public async Task InitializeAsync() => _endpoint = await StartAsync();

    public async Task DisposeAsync()
    {
        await _endpoint.DisposeAsync();
        _rig.Dispose();
    }

    [Fact]
    public async Task It_is_told_what_to_do_and_its_word_counts()
    {
        Assert.Equal(new Outcome.Applied(), await CallAsync());
        Assert.Equal(new Outcome.Applied(), await CallAsync(isUndo: true));

        Assert.Equal(["run", "undo"], _endpoint.All.Select(heard => heard.Do));
        Assert.Equal(["/", "/undo"], _endpoint.All.Select(heard => heard.Path));
        Assert.All(_endpoint.All, heard => Assert.Equal("migrate", heard.Body.GetProperty("hook").GetString()));
        Assert.Equal(
            ["checkout_staging_3_migrate_0123456789ab_run", "checkout_staging_3_migrate_0123456789ab_undo"],
            _endpoint.All.Select(heard => heard.Id));
    }

    [Fact]
    public async Task Decided_anew_or_in_a_restored_store_it_is_the_same_call()
    {
        await CallAsync(new Fence(1, 3, 4));
        await CallAsync(new Fence(2, 3, 9));
        await CallAsync(new Fence(2, 4, 1));

        Assert.Equal([1, 1, 2], _endpoint.All.Select(heard => heard.Id)
            .Select((id, i) => _endpoint.All.Take(i + 1).Select(heard => heard.Id).Distinct().Count()));
    }

    [Theory]
    [InlineData(500, "Unknown")]
    [InlineData(503, "NotApplied")]
    [InlineData(429, "NotApplied")]
    [InlineData(422, "Refused")]
    [InlineData(202, "Unknown")]
    public async Task What_nobody_can_look_at_may_have_happened_unless_it_says_otherwise(int status, string outcome)
    {
        _endpoint.OnChange = Saying(status, """{"title":"so it is"}""", "application/problem+json");

        Assert.Equal(outcome, (await CallAsync()).GetType().Name);
    }

    [Fact]
    public async Task A_page_for_people_is_no_word_of_an_endpoint()
    {
        _endpoint.OnChange = Saying(200, "<h1>Sign in</h1>", "text/html; charset=utf-8");

        Assert.IsType<Outcome.Unknown>(await CallAsync());
    }

    [Theory]
    [InlineData("10", 10)]
    [InlineData("3600", 30)]
    [InlineData("-1", null)]
    [InlineData("soon", null)]
    public async Task It_is_left_alone_for_as_long_as_it_says_within_bounds(string said, int? waited)
    {
        _endpoint.OnChange = context =>
        {
            context.Response.Headers.RetryAfter = said;
            return Saying(503, "{}")(context);
        };

        Assert.IsType<Outcome.NotApplied>(await CallAsync());

        Assert.Equal(waited is { } seconds ? [TimeSpan.FromSeconds(seconds)] : [], _rig.Time.Said);
    }

    [Fact]
    public async Task What_was_accepted_and_then_refused_may_have_happened()
    {
        _endpoint.OnChange = context =>
        {
            context.Response.Headers.Location = "/jobs/1";
            return Saying(202, "")(context);
        };
        _endpoint.OnStatus = Saying(422, """{"title":"half done"}""", "application/problem+json");

        Assert.Equal(
            new Outcome.Unknown("the endpoint answered 422: half done"), await CallAsync());
    }

    [Fact]
    public async Task What_must_not_be_begun_any_more_is_not_sent()
    {
        var outcome = await _rig.Hooks.CallAsync(
            Call(new Fence(1, 3, 4), isUndo: false) with { Veto = _ => ValueTask.FromResult<string?>("frozen") }, None);

        Assert.Equal(new Outcome.NotBegun("frozen"), outcome);
        Assert.Empty(_endpoint.All);
    }

    private Task<Outcome> CallAsync(Fence? fence = null, bool isUndo = false) =>
        _rig.Hooks.CallAsync(Call(fence ?? new Fence(1, 3, 4), isUndo), None);

    private HookCall Call(Fence fence, bool isUndo)
    {
        var limits = new EffectLimits(TimeSpan.FromMinutes(1), 3, TimeSpan.FromSeconds(1));
        var hook = new HookSpec(
            "migrate", _endpoint.Url, new SecretRef(null, _rig.KeyFile), limits, StoresFences: false,
            new HookUndo(new Uri(_endpoint.Url, "undo"), limits));
        return new(TargetSpecs.Of("memory", []), hook, isUndo, "sha256:0123456789abcdef", fence);
    }
}
