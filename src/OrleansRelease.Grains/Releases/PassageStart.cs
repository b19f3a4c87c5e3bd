using OrleansRelease.Contracts;
using OrleansRelease.Contracts.Planning;
using OrleansRelease.Contracts.Releases;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Promotion;

namespace OrleansRelease.Grains.Releases;

/// <summary>
/// Begins a passage: by what was resolved before its release was started, or by what the catalogue says now. Where two
/// attempts resolve it otherwise, the passage goes by the first that it has heard of.
/// </summary>
internal sealed class PassageStart(IGrainFactory grains, WhatComesBefore before)
{
    public async Task<Outcome> RunAsync(EffectAction.BeginPassage begin, CancellationToken cancellation)
    {
        var passage = grains.GetGrain<IPassageGrain>($"{begin.Passage}");
        // An attempt whose answer was lost may have begun it: what catalogue and slots say by now is no matter then.
        if (await passage.GetAsync(cancellation) is var seen && seen.RefusalOrNull is not { } absent)
            return new Outcome.Applied();
        if (absent.Code != RefusalCodes.NotFound) return Of(absent);
        // What is taken back comes after nothing.
        if (!begin.IsReversal && await GoneAsync(begin, cancellation) is { } gone) return Of(gone);
        if (begin.SpecHash is { } known) return Of(await passage.BeginAsync(begin, known, cancellation));
        return await grains.GetGrain<IPlannerGrain>(0)
            .ResolvePassageAsync(begin.Passage.Release, begin.Passage.Environment, cancellation) switch
        {
            Answer<ResolvedPassage>.Accepted { Value.SpecHash: var hash } =>
                Of(await passage.BeginAsync(begin, hash, cancellation)),
            Answer<ResolvedPassage>.Refused { Refusal: var refusal } => Of(refusal),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private async Task<Refusal?> GoneAsync(EffectAction.BeginPassage begin, CancellationToken cancellation)
    {
        var release = await grains.GetGrain<IReleaseGrain>($"{begin.Passage.Release}").GetAsync(cancellation);
        return release is Answer<ReleaseView>.Accepted { Value.State: var state }
            && state.LegOf(begin.Passage.Environment) is { } leg
            ? await before.RefuseAsync(
                begin.Passage.Environment, state, leg.After, dryRun: false, cancellation)
            : null;
    }

    // A row that cannot be read may be read by the next attempt, what was restored is looked at, a source of numbers
    // may answer again, and a budget comes back; any other "no" will be said again.
    private static Outcome Of(Refusal? refusal) => refusal switch
    {
        null => new Outcome.Applied(),
        {
            Code: RefusalCodes.Poisoned or RefusalCodes.BudgetUnknown or RefusalCodes.BudgetExceeded
                or RefusalCodes.NoTelemetry or RefusalCodes.Restored
        } passing => new Outcome.NotApplied(passing.Reason),
        { } final => new Outcome.Refused(final.Reason),
    };
}
