using OrleansRelease.Contracts;
using OrleansRelease.Gateway.Rollouts;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Gateway.Requests;

/// <summary>
/// What could not be decided on time and again is left alone until a person says that the cause is gone. A rollout's
/// own retry does this too.
/// </summary>
internal static class Quarantine
{
    public static Task<Answer<RowSummary>> RetryAsync(
        this IRows rows, string kind, string key, IDurableGrain grain, ReasonBody? body, Caller caller) =>
        Asking.Why(body).Then(async why =>
        {
            var refusal = await grain.LiftQuarantineAsync(
                caller.Command(why.Reason), caller.DryRun, CancellationToken.None);
            Answer<RowSummary> answer = refusal is { } no
                ? no
                : (await rows.GetAsync(kind, key, CancellationToken.None))!.Summary;
            return answer;
        });
}
