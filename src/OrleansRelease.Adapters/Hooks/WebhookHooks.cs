using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using OrleansRelease.Adapters.Resilience;
using OrleansRelease.Adapters.Webhooks;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Ports.Hooks;
using OrleansRelease.Ports.Storage;
using Polly.Timeout;

namespace OrleansRelease.Adapters.Hooks;

/// <summary>Hooks over HTTP: docs/reference/webhook.md is what an endpoint has to keep to.</summary>
internal sealed class WebhookHooks(
    WebhookClient client, Pipelines pipelines, IStoreClock clock, TimeProvider time) : IHooks
{
    private const int IdPartOfHash = 12;

    public async Task<Outcome> CallAsync(HookCall call, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var limit = LimitsOf(call).Timeout;
        if (call.Left is { } left && left < limit) limit = left;
        if (limit <= TimeSpan.Zero) return new Outcome.NotApplied("stale: there is no time left for it");
        var url = call.IsUndo ? call.Hook.Undo!.Url : call.Hook.Url;
        var asked = new WebhookCall(
            client, new(url, call.Hook.Key), IdOf(call), BodyOf(call, clock.Now + limit), limit, call.Veto, time);
        try
        {
            return await pipelines.AdminAsync(limit, token => CallAsync(asked, call, token), cancellation);
        }
        catch (TimeoutRejectedException)
        {
            return asked.OutOfTime();
        }
    }

    /// <summary>
    /// The same for all attempts at a hook of one rollout, also where it is decided anew: so it is done once. A
    /// generation may come again in a store that was restored; then the specification tells them apart.
    /// </summary>
    public static string IdOf(HookCall call) => string.Create(
        CultureInfo.InvariantCulture,
        $"{call.Spec.Service}_{call.Spec.Environment}_{call.Fence.Generation}_{call.Hook.Name}_"
        + $"{PartOf(call.SpecHash)}_{(call.IsUndo ? "undo" : "run")}");

    private static string PartOf(string specHash)
    {
        var hash = specHash[(specHash.IndexOf(':', StringComparison.Ordinal) + 1)..];
        return hash.Length > IdPartOfHash ? hash[..IdPartOfHash] : hash;
    }

    private static async Task<Outcome> CallAsync(WebhookCall asked, HookCall call, CancellationToken cancellation)
    {
        var came = await asked.MakeAsync(cancellation);
        var outcome = OutcomeOf(came, call);
        if (outcome is Outcome.NotApplied && came is WebhookAnswer.Answered { Answer: var answer })
            await asked.LeaveAloneAsync(answer, cancellation);
        return outcome;
    }

    private static EffectLimits LimitsOf(HookCall call) =>
        call.IsUndo ? call.Hook.Undo!.Limits : call.Hook.Limits;

    private static string BodyOf(HookCall call, DateTimeOffset notAfter) => JsonSerializer.Serialize(
        new HookRequest(
            call.IsUndo ? "undo" : "run", call.Hook.Name, call.Spec.Slot, call.Spec.Service, call.Spec.Environment,
            call.Spec.Version, call.Spec.Digest, call.Fence, notAfter),
        Vocabulary.Options);

    private static Outcome OutcomeOf(WebhookAnswer came, HookCall call) => came switch
    {
        WebhookAnswer.Answered { Answer.Status: 202 } =>
            new Outcome.Unknown("it was accepted, and where to ask what became of it was not said"),
        WebhookAnswer.Answered { IsDone: true, Answer.IsPage: true } => new Outcome.Unknown(
            "it answered with a page for people: something else may stand at that address"),
        WebhookAnswer.Answered { IsDone: true } => new Outcome.Applied(),
        WebhookAnswer.Answered answered => Failed(
            WebhookOutcomes.Of(answered.Answer, call.Hook.StoresFences, call.Fence), answered),
        WebhookAnswer.NotReached not => new Outcome.NotApplied(not.Reason),
        WebhookAnswer.Vetoed vetoed => new Outcome.NotBegun(vetoed.Reason),
        WebhookAnswer.Lost lost => new Outcome.Unknown(lost.Reason),
        _ => throw new UnreachableException(),
    };

    // Nobody can look at what a hook has left behind. What had begun may have happened, and is undone.
    private static Outcome Failed(Outcome said, WebhookAnswer.Answered answered) => said switch
    {
        Outcome.NotApplied not when answered.WasAccepted || answered.Answer.Status is >= 500 and not 503 =>
            new Outcome.Unknown(not.Reason),
        Outcome.Refused refused when answered.WasAccepted => new Outcome.Unknown(refused.Reason),
        _ => said,
    };

    private sealed record HookRequest(
        string Do, string Hook, SlotKey Slot, ServiceName Service, EnvironmentName Environment, VersionName Version,
        string? Digest, Fence Fence, DateTimeOffset NotAfter);
}
