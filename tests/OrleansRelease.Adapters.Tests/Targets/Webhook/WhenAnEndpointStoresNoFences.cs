using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Specs;
using static OrleansRelease.Adapters.Tests.Targets.TargetSpecs;
using static OrleansRelease.Adapters.Tests.Targets.Webhook.ScriptedEndpoint;

namespace OrleansRelease.Adapters.Tests.Targets.Webhook;

/// <summary>Nothing keeps out whoever comes late, so what is there is looked at twice, before and after.</summary>
public sealed class WhenAnEndpointStoresNoFences : IAsyncLifetime
{
    private readonly WebhookRig _rig = new();
    private ScriptedEndpoint _endpoint = null!;

    public async Task InitializeAsync() => _endpoint = await StartAsync();

    public async Task DisposeAsync()
    {
        await _endpoint.DisposeAsync();
        _rig.Dispose();
    }

    [Fact]
    public async Task Nothing_is_begun_while_somebody_else_changes_it()
    {
        _endpoint.OnObserve = InTurn(Sees(0, 0), Sees(1, 0));

        var not = Assert.IsType<Outcome.NotApplied>(await DeployAsync());

        Assert.StartsWith("somebody else is changing it", not.Reason, StringComparison.Ordinal);
        Assert.Empty(_endpoint.Changes);
    }

    [Fact]
    public async Task Nothing_is_begun_where_nobody_says_what_is_there()
    {
        _endpoint.OnObserve = Saying(500, "");

        Assert.IsType<Outcome.NotApplied>(await DeployAsync());

        Assert.Empty(_endpoint.Changes);
    }

    [Fact]
    public async Task What_holds_already_is_not_asked_for()
    {
        _endpoint.OnObserve = Sees(1, 1);

        Assert.Equal(new Outcome.Applied(), await DeployAsync());

        Assert.Empty(_endpoint.Changes);
        Assert.Equal(2, _endpoint.All.Count);
    }

    [Fact]
    public async Task Done_is_what_was_seen_twice_in_a_row()
    {
        _endpoint.OnObserve = InTurn(Sees(0, 0), Sees(0, 0), Sees(1, 1), Sees(0, 0), Sees(1, 1), Sees(1, 1));

        Assert.Equal(new Outcome.Applied(), await DeployAsync());

        Assert.Equal(6, _endpoint.All.Count(heard => heard.Do == "observe"));
        Assert.Single(_endpoint.Changes);
    }

    private Task<Outcome> DeployAsync() => _rig.Target.DeployAsync(
        ByWebhook(_endpoint.Url, _rig.KeyFile, Fencing.None).Call(V1, 1), CancellationToken.None);
}
