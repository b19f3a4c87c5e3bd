using OrleansRelease.Adapters.Outgoing;
using OrleansRelease.Core.Effects;

namespace OrleansRelease.Adapters.Webhooks;

/// <summary>What a status that is no success means for an effect.</summary>
internal static class WebhookOutcomes
{
    public static Outcome Of(HttpAnswer answer, bool isFenced, Fence asked)
    {
        var problem = WebhookProblem.Of(answer);
        var said = $"the endpoint answered {answer.Status}: {problem}";
        return answer.Status switch
        {
            < 400 => new Outcome.Refused($"the endpoint answered {answer.Status}: redirects are not followed"),
            // Only who stores fences can know of a higher one.
            409 or 412 when isFenced && problem.Accepted is { } accepted && accepted > asked =>
                new Outcome.Overtaken(accepted),
            408 or 425 or 429 => new Outcome.NotApplied(said),
            < 500 => new Outcome.Refused(said),
            // Said by something in between, which does not know whether the endpoint has got it.
            502 or 504 => new Outcome.Unknown(said),
            _ => new Outcome.NotApplied(said),
        };
    }
}
