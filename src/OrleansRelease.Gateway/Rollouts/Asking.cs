using OrleansRelease.Contracts;
using OrleansRelease.Contracts.Rollouts;
using OrleansRelease.Contracts.Slots;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Specs;
using OrleansRelease.Gateway.Requests;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Gateway.Rollouts;

/// <summary>How a command goes to the rollout that it names.</summary>
internal static class Asking
{
    public static IRolloutGrain Of(this IGrainFactory grains, RolloutId id) =>
        grains.GetGrain<IRolloutGrain>(id.ToString());

    // A command that was sent is carried out even when its sender hangs up: so this cannot be cancelled.
    public static Task<Answer<T>> AskAsync<T>(
        string id, ReasonBody? body, Caller caller, Func<RolloutId, Command, Task<Answer<T>>> ask) =>
        Why(body).Then(why => Addresses.OfCommand(id).Then(rollout => ask(rollout, caller.Command(why.Reason))));

    /// <summary>A rollout that has not begun is not taken back: it leaves the queue that it waits in.</summary>
    public static async Task<Answer<AbortAnswer>> AbortAsync(
        this IGrainFactory grains, RolloutId id, Command command, Caller caller)
    {
        var answer = await grains.Of(id).AbortAsync(command, caller.DryRun, CancellationToken.None);
        if (answer.RefusalOrNull is not { Code: RefusalCodes.NotFound } unknown) return answer.Map(TakenBack);
        var withdrawn = await grains.GetGrain<ISlotGrain>(id.Slot.ToString())
            .WithdrawAsync(id, command, caller.DryRun, CancellationToken.None);
        switch (withdrawn.RefusalOrNull?.Code)
        {
            case RefusalCodes.NotFound:
                return unknown;
            case RefusalCodes.NotQueued:
                // It has begun since it was asked.
                answer = await grains.Of(id).AbortAsync(command, caller.DryRun, CancellationToken.None);
                return answer.Map(TakenBack);
            default:
                return withdrawn.Map(slot => new AbortAnswer(id, AbortOutcome.Withdrawn, null, slot));
        }
    }

    private static AbortAnswer TakenBack(RolloutView view) => new(view.Id, AbortOutcome.TakenBack, view, null);

    public static async Task<Answer<RolloutSpec>> ReadAsync(
        this ISpecs specs, string hash, CancellationToken cancellation) =>
        await specs.GetAsync(hash, cancellation) is { } text
            ? Vocabulary.Read<RolloutSpec>(text)
            : new Refusal(RefusalCodes.NotFound, $"the specification {hash} is not in the store");

    /// <summary>The reason, which may be missing but not endless.</summary>
    public static Answer<ReasonBody> Why(ReasonBody? body) =>
        body?.Reason is { Length: > GatewayLimits.Reason }
            ? new Refusal(
                Problems.BadRequest, "the reason is too long", $"{GatewayLimits.Reason} characters at most")
            : body ?? new ReasonBody();
}

/// <summary>What an abort did: the rollout is taken back, or it left the queue before it began.</summary>
public enum AbortOutcome
{
    TakenBack,
    Withdrawn,
}

/// <summary>What was aborted, and what there is of it: a rollout that has begun, else its slot.</summary>
public sealed record AbortAnswer(RolloutId Id, AbortOutcome Outcome, RolloutView? Rollout, SlotView? Slot);
