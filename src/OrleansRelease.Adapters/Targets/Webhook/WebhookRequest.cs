using System.Globalization;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Specs;
using OrleansRelease.Ports.Targets;

namespace OrleansRelease.Adapters.Targets.Webhook;

/// <summary>
/// What an endpoint is asked to do, as the body says it. After <see cref="NotAfter"/> it must change nothing any more.
/// </summary>
internal sealed record WebhookRequest(
    string Do, SlotKey Slot, ServiceName Service, EnvironmentName Environment, VersionName Version, string? Digest,
    Readiness? Readiness, Fence? Fence, DateTimeOffset? NotAfter)
{
    public static WebhookRequest Change(TargetVerb verb, TargetCall call, DateTimeOffset notAfter)
    {
        var spec = call.Spec;
        var isDeploy = verb == TargetVerb.Deploy;
        return new(
            isDeploy ? WebhookWords.Deploy : WebhookWords.Retire, spec.Slot, spec.Service, spec.Environment,
            call.Version, isDeploy && call.Version == spec.Version ? spec.Digest : null,
            isDeploy ? spec.Readiness : null, call.Fence, notAfter);
    }

    public static WebhookRequest Observe(RolloutSpec spec, VersionName version) => new(
        WebhookWords.Observe, spec.Slot, spec.Service, spec.Environment, version, null, null, null, null);

    /// <summary>One for each effect, the same for all attempts at it.</summary>
    public static string IdOf(TargetCall call) => string.Create(
        CultureInfo.InvariantCulture,
        $"{call.Spec.Service}_{call.Spec.Environment}_"
        + $"{call.Fence.Epoch}-{call.Fence.Generation}-{call.Fence.Ordinal}");
}
