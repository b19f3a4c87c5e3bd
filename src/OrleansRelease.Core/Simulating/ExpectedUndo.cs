using System.Collections.Immutable;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Simulating;

/// <summary>How long a step of a service's way back is expected to take; null where its service is not known.</summary>
public delegate Expected? ExpectedUndo(ServiceName service, UndoStep step);

/// <summary>What a way back is expected to take, beside what it takes at most.</summary>
public static class ExpectedUndos
{
    /// <param name="rollouts">By what their services are moved.</param>
    /// <param name="known">What is on record of how long steps have taken.</param>
    public static ExpectedUndo From(IEnumerable<RolloutSpec> rollouts, ImmutableArray<KnownDuration> known)
    {
        var specs = rollouts.ToDictionary(spec => spec.Service);
        var history = KnownDuration.HistoryOf(known);
        return (service, step) =>
            specs.TryGetValue(service, out var spec) ? Durations.Of(history, spec, step) : null;
    }
}
