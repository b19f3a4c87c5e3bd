using OrleansRelease.Adapters.Outgoing;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Ports;

namespace OrleansRelease.Adapters.Webhooks;

/// <summary>One attempt at having an endpoint change something: asked for once, followed to its end.</summary>
internal sealed class WebhookCall(
    WebhookClient client, WebhookPlace place, string id, string body, TimeSpan limit, Veto? veto, TimeProvider time)
{
    /// <summary>What an attempt keeps for saying how it went.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    private readonly long _begun = time.GetTimestamp();
    private bool _isSent;

    /// <summary>The last that is known, to be told when there is no time left.</summary>
    public string Last { get; set; } = "it did not answer";

    public Outcome OutOfTime() => _isSent
        ? new Outcome.Unknown($"within {Readable.Age(limit)} {Last}")
        : new Outcome.NotApplied($"it could not be asked within {Readable.Age(limit)}: {Last}");

    public async Task<WebhookAnswer> MakeAsync(CancellationToken cancellation)
    {
        var came = await client.ChangeAsync(place, id, body, MayBeginAsync, cancellation);
        return came is WebhookAnswer.Answered { Answer.Status: 202 } accepted
            ? await FollowAsync(accepted, cancellation)
            : came;
    }

    /// <summary>
    /// The wait that it asks for before it is asked again, where that ends within this attempt: longer than that nobody
    /// waits for it.
    /// </summary>
    public async Task LeaveAloneAsync(HttpAnswer answer, CancellationToken cancellation)
    {
        var wait = AskAgain.After(answer, time.GetUtcNow());
        if (answer.RetryAfter is not null && time.GetElapsedTime(_begun) + wait + Rest < limit)
            await Task.Delay(wait, time, cancellation);
    }

    private async ValueTask<string?> MayBeginAsync(CancellationToken cancellation)
    {
        var why = veto is null ? null : await veto(cancellation);
        _isSent = why is null;
        return why;
    }

    private async Task<WebhookAnswer> FollowAsync(WebhookAnswer.Answered accepted, CancellationToken cancellation)
    {
        var (answer, status) = (accepted.Answer, accepted.Answer.Location);
        while (answer.Status == 202 && status is not null)
        {
            if (place.StatusAt(status) is not { } url)
                return new WebhookAnswer.Lost("it was accepted, but what became of it is said at another origin");
            Last = "it was accepted and has not ended";
            await Task.Delay(AskAgain.After(answer, time.GetUtcNow()), time, cancellation);
            // Nobody there, too busy, or a fault in between: what was accepted goes on all the same.
            if (await client.StatusAsync(place, id, url, cancellation) is not { } next) continue;
            if (next.Status is 408 or 425 or 429 or >= 500) answer = answer with { RetryAfter = next.RetryAfter };
            else (answer, status) = (next, next.Location ?? status);
        }

        return new WebhookAnswer.Answered(answer, WasAccepted: true);
    }
}
