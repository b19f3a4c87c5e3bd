using System.Collections.Immutable;
using OrleansRelease.Contracts;
using OrleansRelease.Contracts.Slots;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Slos;
using OrleansRelease.Core.Slots;
using OrleansRelease.Grains.Effects;
using OrleansRelease.Grains.Planning;

namespace OrleansRelease.Grains.Releases;

/// <summary>
/// Tells a slot that a passage wants it, with what is left by now of the error budgets of which it would reserve: since
/// the passage was planned others may have reserved of them, and the slot alone knows who.
/// </summary>
internal sealed class PassageClaim(IGrainFactory grains, SpecCache specs, Prechecks prechecks)
{
    /// <summary>Null when that was taken in; any "no" may be another one later.</summary>
    public async Task<Refusal?> TellAsync(EffectAction.ClaimSlot claim, CancellationToken cancellation)
    {
        var slot = grains.GetGrain<ISlotGrain>($"{claim.Slot}");
        if (!claim.AsksBudgets) return await slot.ClaimAsync(claim, cancellation);
        return await LookAsync(slot, claim, cancellation) switch
        {
            Answer<ImmutableArray<BudgetClaim>>.Accepted { Value: var budgets } =>
                await slot.ClaimAsync(claim with { Budgets = budgets }, cancellation),
            var unknown => unknown.RefusalOrNull,
        };
    }

    private async Task<Answer<ImmutableArray<BudgetClaim>>> LookAsync(
        ISlotGrain slot, EffectAction.ClaimSlot claim, CancellationToken cancellation)
    {
        var seen = await slot.GetAsync(cancellation);
        if (seen.RefusalOrNull is { Code: not RefusalCodes.NotFound } unread) return unread;
        var state = (seen as Answer<SlotView>.Accepted)?.Value.State;
        // Told again, because the answer was lost: that does not depend on the source of numbers.
        if (state?.Claims.Knows(claim.Passage, claim.Number) == true) return ImmutableArray<BudgetClaim>.Empty;
        if (await specs.GetAsync(claim.SpecHash, cancellation) is not { } spec)
        {
            return new Refusal(
                RefusalCodes.BudgetUnknown, $"its specification {claim.SpecHash} is not in the store",
                "the same when it is");
        }

        var left = await prechecks.BudgetsAsync(spec, state?.Stable?.Version, cancellation);
        var (claims, unknown) = SloPrice.ClaimsNow(spec, claim.Reserves ?? [], left);
        return unknown is null ? claims : unknown;
    }
}
