using System.Collections.Immutable;
using OrleansRelease.Contracts;
using OrleansRelease.Contracts.Releases;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Promotion;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Grains.Releases;

/// <summary>
/// Looks once more, before a release begins in an environment, at those that it comes after: between what was measured
/// there and the beginning there may be weeks.
/// </summary>
internal sealed class WhatComesBefore(IGrainFactory grains, SoakSlots slots)
{
    /// <summary>
    /// Why it does not begin in <paramref name="environment"/>: what has completed before and is not there any more,
    /// of which its release is told, or what cannot be read; null: nothing speaks against it.
    /// </summary>
    public async Task<Refusal?> RefuseAsync(
        EnvironmentName environment, ReleaseState state, ImmutableArray<ComesAfter> after, bool dryRun,
        CancellationToken cancellation)
    {
        var gone = new List<string>();
        foreach (var leg in after.Select(before => state.LegOf(before.Environment)).OfType<Leg>())
        {
            var seen = await OfAsync(state, leg, dryRun, cancellation);
            if (seen is not Answer<string?>.Accepted { Value: var reason }) return seen.RefusalOrNull;
            if (reason is not null) gone.Add($"{leg.Environment}, {reason}");
        }

        return gone.Count == 0
            ? null
            : new(RefusalCodes.Pending, $"{environment} comes after {string.Join(", ", gone)}", "start it there");
    }

    private async Task<Answer<string?>> OfAsync(
        ReleaseState state, Leg leg, bool dryRun, CancellationToken cancellation)
    {
        // Told already, since this beginning was decided.
        if (state.GoneFrom(leg) is { } known) return known;
        if (leg.Stage is not LegStage.Completed || state.CompletedIn(leg) is not { } passage) return Nothing;
        var read = await slots.FindAsync(passage, cancellation);
        if (read is not Answer<(PassageSpec Spec, PassageState State)>.Accepted { Value: var found })
            return read.RefusalOrNull!;
        var ground = await slots.SeeAsync(passage, found.Spec, cancellation);
        // Nor is it known to be gone: it is asked again.
        if (ground.Doubted is { } doubt)
            return new Refusal(RefusalCodes.Restored, doubt, "the same when it was seen, or accepted");
        if (ground.Replaced is not { } reason) return Nothing;
        if (!dryRun)
        {
            await grains.GetGrain<IReleaseGrain>($"{state.Name}")
                .SoakReplacedAsync(new(passage, reason), cancellation);
        }

        return $"where it was replaced: {reason}";
    }

    private static Answer<string?> Nothing => new Answer<string?>.Accepted(null);
}
