using System.Collections.Immutable;
using OrleansRelease.Contracts.Releases;
using OrleansRelease.Core.Promotion;

namespace OrleansRelease.Grains.Releases;

/// <summary>
/// Looks once more, before a release begins in an environment, at those that it comes after: between what was measured
/// there and the beginning there may be weeks.
/// </summary>
internal sealed class WhatComesBefore(IGrainFactory grains, SoakSlots slots)
{
    /// <summary>
    /// What has completed before and is not there any more, as people read it; null: nothing of the kind. Its release
    /// is told of it.
    /// </summary>
    public async Task<string?> GoneAsync(
        ReleaseState state, ImmutableArray<ComesAfter> after, bool dryRun, CancellationToken cancellation)
    {
        var gone = new List<string>();
        foreach (var leg in after.Select(before => state.LegOf(before.Environment)).OfType<Leg>())
        {
            if (await OfAsync(state, leg, dryRun, cancellation) is { } reason)
                gone.Add($"{leg.Environment}, {reason}");
        }

        return gone.Count == 0 ? null : string.Join(", ", gone);
    }

    private async Task<string?> OfAsync(ReleaseState state, Leg leg, bool dryRun, CancellationToken cancellation)
    {
        // Told already, since this beginning was decided.
        if (state.GoneFrom(leg) is { } known) return known;
        if (leg.Stage is not LegStage.Completed || state.CompletedIn(leg) is not { } passage) return null;
        var (spec, _) = await slots.PassageAsync(passage, cancellation);
        if ((await slots.SeeAsync(passage, spec, cancellation)).Replaced is not { } reason) return null;
        if (!dryRun)
        {
            await grains.GetGrain<IReleaseGrain>($"{state.Name}")
                .SoakReplacedAsync(new(passage, reason), cancellation);
        }

        return $"where it was replaced: {reason}";
    }
}
