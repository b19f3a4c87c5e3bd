using System.Diagnostics;
using System.Text.Json;
using OrleansRelease.Adapters.Webhooks;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Specs;
using OrleansRelease.Ports.Targets;

namespace OrleansRelease.Adapters.Targets.Webhook;

/// <summary>
/// One attempt at a change: asked for once, followed as long as it may take, and done only when it was seen to hold.
/// Where the endpoint stores no fences, looks are taken in pairs: before, that nothing is changing; after, that nothing
/// has changed it back.
/// </summary>
internal sealed class WebhookChange(
    WebhookClient client, TargetVerb verb, TargetCall call, DateTimeOffset notAfter, TimeSpan limit, TimeProvider time)
{
    /// <summary>How far two looks of a pair, or two looks in a row, are apart.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly WebhookPlace _place = WebhookTarget.PlaceOf(call.Spec);

    private readonly WebhookCall _asked = new(
        client, WebhookTarget.PlaceOf(call.Spec), WebhookRequest.IdOf(call),
        JsonSerializer.Serialize(WebhookRequest.Change(verb, call, notAfter), Vocabulary.Options), limit,
        call.Veto, time);

    private bool IsFenced => call.Spec.Target.Fencing != Fencing.None;

    /// <summary>What is known when there is no time left.</summary>
    public Outcome OutOfTime() => _asked.OutOfTime();

    public async Task<Outcome> MakeAsync(CancellationToken cancellation)
    {
        if (!IsFenced && await PrepareAsync(cancellation) is { } settled) return settled;
        switch (await _asked.MakeAsync(cancellation))
        {
            case WebhookAnswer.Answered { IsDone: true }:
                return await SeeAsync(cancellation);
            case WebhookAnswer.Answered answered:
                return await FailedAsync(answered, cancellation);
            case WebhookAnswer.NotReached not:
                return new Outcome.NotApplied(not.Reason);
            case WebhookAnswer.Vetoed vetoed:
                return new Outcome.NotBegun(vetoed.Reason);
            case WebhookAnswer.Lost lost:
                return new Outcome.Unknown(lost.Reason);
            default:
                throw new UnreachableException();
        }
    }

    // Nothing was sent yet, so whatever keeps it from being seen keeps it from being changed.
    private async Task<Outcome?> PrepareAsync(CancellationToken cancellation)
    {
        try
        {
            var (first, _) = await SightAsync(cancellation);
            await Task.Delay(Pause, time, cancellation);
            var (second, _) = await SightAsync(cancellation);
            if (first.Wanted != second.Wanted)
            {
                return new Outcome.NotApplied(
                    $"somebody else is changing it: {first.Wanted} of {call.Version} were wanted, and "
                    + $"{second.Wanted} a moment later");
            }

            return Holds(first) && Holds(second) ? new Outcome.Applied() : null;
        }
        catch (InvalidDataException unseen)
        {
            return new Outcome.NotApplied(unseen.Message);
        }
    }

    // That it has failed is no evidence that it has left nothing behind, which a way back would have to take down.
    private async Task<Outcome> FailedAsync(WebhookAnswer.Answered answered, CancellationToken cancellation)
    {
        var said = WebhookOutcomes.Of(answered.Answer, IsFenced, call.Fence);
        var reason = (said as Outcome.NotApplied)?.Reason ?? (said as Outcome.Refused)?.Reason;
        var mayHaveBegun = answered.WasAccepted || answered.Answer.Status >= 500;
        if (verb == TargetVerb.Deploy && mayHaveBegun && reason is not null)
        {
            try
            {
                var (health, _) = await SightAsync(cancellation);
                if (health.Wanted > 0 || health.Ready > 0)
                    return new Outcome.Unknown($"{reason}, and {Counted(health)}");
            }
            catch (InvalidDataException unseen)
            {
                return new Outcome.Unknown($"{reason}, and {unseen.Message}");
            }
        }

        if (said is Outcome.NotApplied) await _asked.LeaveAloneAsync(answered.Answer, cancellation);
        return said;
    }

    private async Task<Outcome> SeeAsync(CancellationToken cancellation)
    {
        var needed = IsFenced ? 1 : 2;
        for (var inRow = 0; ;)
        {
            try
            {
                var (health, fence) = await SightAsync(cancellation);
                // Somebody who may has changed it since: what it is now is theirs.
                if (IsFenced && fence > call.Fence) return new Outcome.Overtaken(fence.Value);
                inRow = Holds(health) ? inRow + 1 : 0;
                if (inRow == needed) return new Outcome.Applied();
                _asked.Last = $"it answered that it is done, and {Counted(health)}";
            }
            catch (InvalidDataException unseen)
            {
                (inRow, _asked.Last) = (0, $"it answered that it is done, and {unseen.Message}");
            }

            await Task.Delay(Pause, time, cancellation);
        }
    }

    private Task<WebhookSight> SightAsync(CancellationToken cancellation) =>
        WebhookSight.LookAsync(client, _place, call.Spec, call.Version, cancellation);

    private static string Counted(VersionHealth health) =>
        $"{health.Ready} of {health.Wanted} instances of {health.Version} are ready";

    private bool Holds(VersionHealth health) => verb == TargetVerb.Deploy
        ? health.Wanted > 0 && health.Ready >= health.Wanted
        : health is { Wanted: 0, Ready: 0 };
}
