using OrleansRelease.Adapters.Resilience;
using OrleansRelease.Adapters.Webhooks;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Specs;
using OrleansRelease.Ports.Storage;
using OrleansRelease.Ports.Targets;
using Polly.Timeout;

namespace OrleansRelease.Adapters.Targets.Webhook;

/// <summary>
/// A team's own endpoint that deploys, retires and says what is there. docs/reference/webhook.md is what it has to
/// keep to.
/// </summary>
internal sealed class WebhookTarget(
    WebhookClient client, Pipelines pipelines, IStoreClock clock, TimeProvider time) : ITarget
{
    public string Name => WebhookWords.Target;

    public Task<Outcome> DeployAsync(TargetCall call, CancellationToken cancellation) =>
        ChangeAsync(TargetVerb.Deploy, call, call.Spec.Target.DeployLimits.Timeout, cancellation);

    public Task<Outcome> RetireAsync(TargetCall call, CancellationToken cancellation) =>
        ChangeAsync(TargetVerb.Retire, call, call.Spec.Target.RetireLimits.Timeout, cancellation);

    public async Task<VersionHealth> ObserveAsync(
        RolloutSpec spec, VersionName version, CancellationToken cancellation)
    {
        var seen = await WebhookSight.LookAsync(client, PlaceOf(spec), spec, version, cancellation);
        return seen.Health with { Last = seen.Fence };
    }

    public static WebhookPlace PlaceOf(RolloutSpec spec) => new(
        spec.Target.Url ?? throw new InvalidOperationException("a connection to a webhook has an address"),
        spec.Target.Key);

    private async Task<Outcome> ChangeAsync(
        TargetVerb verb, TargetCall call, TimeSpan limit, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (call.Left is { } left && left < limit) limit = left;
        if (limit <= TimeSpan.Zero) return new Outcome.NotApplied("stale: there is no time left for it");
        var change = new WebhookChange(client, verb, call, clock.Now + limit, limit, time);
        try
        {
            return await pipelines.AdminAsync(limit, change.MakeAsync, cancellation);
        }
        catch (TimeoutRejectedException)
        {
            return change.OutOfTime();
        }
    }
}
