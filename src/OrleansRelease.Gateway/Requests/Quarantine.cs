using OrleansRelease.Contracts;
using OrleansRelease.Core.Commands;
using OrleansRelease.Gateway.Rollouts;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Gateway.Requests;

/// <summary>
/// What could not be decided on time and again is left alone until a person says that the cause is gone. A rollout's
/// own retry does this too.
/// </summary>
internal static class Quarantine
{
    public static async Task<Answer<RowSummary>> RetryAsync(
        this IRows rows, string kind, string key, IDurableGrain grain, ReasonBody? body, Caller caller)
    {
        if (await rows.GetAsync(kind, key, CancellationToken.None) is not { Summary: var before })
            return new Refusal(RefusalCodes.NotFound, $"there is no {kind} {key}");
        if (before.Failures == 0)
            return new Refusal("not-failed", $"nothing is wrong with {key}: it is decided on as usual");
        if (caller.DryRun) return before;
        if (await grain.LiftQuarantineAsync(caller.Command(body?.Reason), CancellationToken.None) is { } refusal)
            return refusal;
        return (await rows.GetAsync(kind, key, CancellationToken.None))!.Summary;
    }
}
