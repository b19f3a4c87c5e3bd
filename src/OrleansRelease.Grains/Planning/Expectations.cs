using System.Collections.Immutable;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Simulating;
using OrleansRelease.Core.Specs;
using OrleansRelease.Grains.Effects;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Planning;

/// <summary>
/// How long the steps of a way back are expected to take, by what is on record: a plan says it beside the longest that
/// they may take. What is not read in time counts as not on record.
/// </summary>
internal sealed class Expectations(IPastRollouts past, SpecCache specs, TimeProvider time)
{
    /// <param name="rollouts">By what the services would be moved.</param>
    /// <param name="lastOf">The number of a service's last rollout there; 0: there was none.</param>
    /// <param name="cancellation">Whoever asks has gone.</param>
    public async Task<ExpectedUndo> OfAsync(
        IReadOnlyCollection<RolloutSpec> rollouts, Func<ServiceName, int> lastOf, CancellationToken cancellation)
    {
        var read = await new PastDurations(past, time).ReadAsync(
            [.. rollouts.Select(spec => KeyValuePair.Create(spec.Slot, lastOf(spec.Service)))], cancellation);
        return ExpectedUndos.From(rollouts, read.Known);
    }

    /// <summary>Of a release on its way, whose own rollouts are not over and say nothing yet.</summary>
    public async Task<ExpectedUndo> OfAsync(PassageSpec spec, PassageState state, CancellationToken cancellation)
    {
        var parts = state.Parts.ToDictionary(part => part.Service);
        var rollouts = ImmutableArray.CreateBuilder<RolloutSpec>();
        foreach (var entry in spec.Services)
        {
            if (await specs.GetAsync(entry.SpecHash, cancellation) is { } rollout) rollouts.Add(rollout);
        }

        return await OfAsync(
            rollouts, service => (parts[service].Grant?.Rollout.Number ?? 1) - 1, cancellation);
    }
}
