using System.Collections.Immutable;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Simulating;

/// <summary>
/// Carries a release through a world in which everything takes as long as it is expected to. The rules are those that
/// will carry it through the real one, so both go the same way; nothing is changed by it.
/// </summary>
public static class ReleaseSimulator
{
    /// <param name="spec">What would be carried out.</param>
    /// <param name="services">Each of its services as it would be moved.</param>
    /// <param name="history">How long things have taken before.</param>
    /// <param name="failure">Where a service is let fail; null: nowhere.</param>
    public static SimulatedRelease Run(
        PassageSpec spec, IReadOnlyDictionary<ServiceName, SimulatedSlot> services, History history,
        FailurePoint? failure = null) => new SimulatedWorld(spec, services, history, failure).Run();

    /// <summary>
    /// The same with a failure after every step in turn, in the order of the release: where none is left out, none is a
    /// surprise.
    /// </summary>
    public static IEnumerable<SimulatedRelease> EachFailure(
        PassageSpec spec, IReadOnlyDictionary<ServiceName, SimulatedSlot> services, History history) =>
        FailurePoints(spec, services).Select(failure => Run(spec, services, history, failure));

    public static ImmutableArray<FailurePoint> FailurePoints(
        PassageSpec spec, IReadOnlyDictionary<ServiceName, SimulatedSlot> services) =>
    [
        .. from service in new PassageDecider(spec).Order.Forward
           from step in Enumerable.Range(0, services[service].Spec.Steps.Length)
           select new FailurePoint(service, step),
    ];
}
