using System.Collections.Immutable;
using OrleansRelease.Contracts;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Simulating;
using OrleansRelease.Core.Slots;
using OrleansRelease.Core.Specs;
using OrleansRelease.Grains.Effects;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Planning;

/// <summary>
/// How long the steps of a way back are expected to take, by what is on record: a plan says it beside the longest that
/// they may take. What cannot be read, or not in time, counts as not on record: no plan is kept from anybody for it.
/// </summary>
internal sealed class Expectations(IPastRollouts past, SpecCache specs, TimeProvider time)
{
    /// <param name="rollouts">By what the services would be moved.</param>
    /// <param name="lastOf">The number of a service's last rollout there; 0: there was none.</param>
    /// <param name="cancellation">Whoever asks has gone.</param>
    public async Task<ExpectedUndo> OfAsync(
        IReadOnlyCollection<RolloutSpec> rollouts, Func<ServiceName, int> lastOf, CancellationToken cancellation)
    {
        try
        {
            var read = await new PastDurations(past, time).ReadAsync(
                [.. rollouts.Select(spec => KeyValuePair.Create(spec.Slot, lastOf(spec.Service)))], cancellation);
            return ExpectedUndos.From(rollouts, read.Known);
        }
        catch (Exception) when (!cancellation.IsCancellationRequested)
        {
            return ExpectedUndos.From(rollouts, []);
        }
    }

    /// <summary>Of a release on its way, whose own rollouts are not over and say nothing yet.</summary>
    public async Task<ExpectedUndo> OfAsync(PassageSpec spec, PassageState state, CancellationToken cancellation)
    {
        var parts = state.Parts.ToDictionary(part => part.Service);
        var rollouts = await ReadAsync(spec.Services.Select(entry => entry.SpecHash), cancellation);
        return await OfAsync(rollouts, service => (parts[service].Grant?.Rollout.Number ?? 1) - 1, cancellation);
    }

    /// <summary>
    /// Of what has completed and is to be taken back: by what it was deployed, and by all that is on record of its
    /// slots. Where one of these cannot be read, nothing is on record of any.
    /// </summary>
    public async Task<ExpectedUndo> OfReversalAsync(
        IGrainFactory grains, PassageSpec reversal, CancellationToken cancellation)
    {
        var rollouts = await ReadAsync(reversal.Services.Select(entry => entry.SpecHash), cancellation);
        try
        {
            var seen = await grains.SlotsAsync(
                reversal.Environment, reversal.Services.Select(entry => entry.Service), cancellation);
            var slots = (seen as Answer<ImmutableDictionary<ServiceName, SlotState?>>.Accepted)?.Value;
            return await OfAsync(
                rollouts, service => slots?.GetValueOrDefault(service)?.LastNumber ?? 0, cancellation);
        }
        catch (Exception) when (!cancellation.IsCancellationRequested)
        {
            return ExpectedUndos.From(rollouts, []);
        }
    }

    /// <summary>Those of the specifications that can be read; what was read before is read at once.</summary>
    internal async Task<IReadOnlyCollection<RolloutSpec>> ReadAsync(
        IEnumerable<string> hashes, CancellationToken cancellation)
    {
        using var isTimeUp = new CancellationTokenSource(PastDurations.Longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, isTimeUp.Token);
        var rollouts = new List<RolloutSpec>();
        foreach (var hash in hashes)
        {
            try
            {
                if (await specs.GetAsync(hash, either.Token) is { } rollout) rollouts.Add(rollout);
            }
            catch (Exception) when (!cancellation.IsCancellationRequested)
            {
                // A newer build may have written it; and when the time is up, none that follows is read.
            }
        }

        return rollouts;
    }
}
