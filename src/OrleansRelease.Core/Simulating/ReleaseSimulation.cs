using System.Collections.Immutable;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Releases;

namespace OrleansRelease.Core.Simulating;

/// <summary>
/// What a release would be like in one environment, as it is answered: of bounded size, whatever the release.
/// </summary>
/// <param name="Release">What would move.</param>
/// <param name="Environment">Where.</param>
/// <param name="SpecHash">By what all that would be carried out is known.</param>
/// <param name="MaxParallel">How many of its services move at once.</param>
/// <param name="Course">How it goes: without a failure, or with the one that was asked for.</param>
/// <param name="Slowest">The steps that take longest, of those that make it take so long.</param>
/// <param name="LeftOut">How many steps of the course are too many to be told.</param>
/// <param name="Sources">How many durations rest on what.</param>
/// <param name="Failures">A failure after every step in turn, where that was asked for.</param>
/// <param name="Untried">
/// How many failures were not tried yet, because there are too many or they take too long: whoever says how many were
/// tried is told of the next ones.
/// </param>
/// <param name="RollbackWithin">The longest that taking all of it back may take; null: nobody said so.</param>
/// <param name="Bound">How long that can take, from the first bad request, as a sum of enforced limits.</param>
/// <param name="Refusals">What would forbid the start.</param>
/// <param name="Unread">Of how many services what is on record was not read in time; null: of none.</param>
public sealed record ReleaseSimulation(
    ReleaseName Release,
    EnvironmentName Environment,
    string SpecHash,
    int MaxParallel,
    SimulatedRelease Course,
    ImmutableArray<SimulatedStep> Slowest,
    int LeftOut,
    ImmutableArray<SourceCount> Sources,
    ImmutableArray<SimulatedFailure>? Failures,
    int? Untried,
    TimeSpan? RollbackWithin,
    ReleaseBound? Bound,
    ImmutableArray<Refusal> Refusals,
    int? Unread = null)
{
    /// <summary>The longest timeline that is told, in steps.</summary>
    public const int MostSteps = 1000;

    /// <summary>How many failures are tried at a time, at most: every step of sixty services.</summary>
    public const int MostFailures = 600;

    private const int MostSlowest = 5;

    /// <param name="ground">What it goes by.</param>
    /// <param name="failure">Where a service is let fail; null: nowhere.</param>
    /// <param name="tried">
    /// A failure is tried after every step in turn, late steps first, but for so many that were tried before; null: for
    /// none.
    /// </param>
    /// <param name="isTimeUp">Asked between two of these; what was not tried by then is left. One always is.</param>
    public static ReleaseSimulation Of(
        SimulationGround ground, FailurePoint? failure, int? tried, Func<bool> isTimeUp)
    {
        ArgumentNullException.ThrowIfNull(ground);
        ArgumentNullException.ThrowIfNull(isTimeUp);
        var services = ground.Slots.ToDictionary(slot => slot.Spec.Service);
        var (spec, history) = (ground.Spec, ground.History);
        var course = ReleaseSimulator.Run(spec, services, history, failure);
        var points = tried is null ? [] : ReleaseSimulator.FailurePoints(spec, services);
        var failures = MostTellingFirst(points, services).Skip(tried ?? 0).Take(MostFailures)
            .TakeWhile((_, many) => !isTimeUp() || many == 0)
            .Select(at => SimulatedFailure.Of(
                at.Index, ReleaseSimulator.Run(spec, services, history, at.Item), services[at.Item.Service]))
            .OrderBy(failure => failure.Place)
            .ToImmutableArray();
        return new(
            spec.Release, spec.Environment, ground.SpecHash, spec.MaxParallel,
            course with { Timeline = [.. course.Timeline.Take(MostSteps)] },
            course.Slowest(MostSlowest), Math.Max(course.Timeline.Length - MostSteps, 0),
            [
                .. course.Timeline.CountBy(step => step.Expected.Source).OrderBy(source => source.Key)
                    .Select(source => new SourceCount(source.Key, source.Value)),
            ],
            tried is null ? null : failures,
            tried is { } before ? Math.Max(points.Length - before - failures.Length, 0) : null,
            spec.RollbackWithin, ground.Bound, ground.Refusals, ground.Unread == 0 ? null : ground.Unread);
    }

    /// <summary>With the failures that were tried after these.</summary>
    public ReleaseSimulation And(ReleaseSimulation next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return this with
        {
            Failures = [.. (Failures ?? []).Concat(next.Failures ?? []).OrderBy(failure => failure.Place)],
            Untried = next.Untried,
        };
    }

    // The later in its service, and the later that in the release, the more there is to take back: where not all are
    // tried, it is not these that are left.
    private static IEnumerable<(int Index, FailurePoint Item)> MostTellingFirst(
        ImmutableArray<FailurePoint> points, Dictionary<ServiceName, SimulatedSlot> services) =>
        points.Index().OrderBy(at => services[at.Item.Service].Spec.Steps.Length - at.Item.Step)
            .ThenByDescending(at => at.Index);
}

/// <summary>How many durations of a simulation rest on one sort of knowledge.</summary>
public sealed record SourceCount(DurationSource Source, int Steps);

/// <summary>A failure after one step, in short.</summary>
/// <param name="Place">
/// Its place among all of them, from 0: by the order of the release, and the steps of each service.
/// </param>
/// <param name="Service">What fails.</param>
/// <param name="Step">After which of its steps, from 1.</param>
/// <param name="Text">That step as people read it.</param>
/// <param name="At">When, from the start of the release.</param>
/// <param name="End">How the release ends; still paused where a person would have to decide.</param>
/// <param name="Back">Services in the order in which they are taken back, the first of them.</param>
/// <param name="Services">How many are taken back.</param>
/// <param name="Took">How long that takes; null where nothing of it happens.</param>
/// <param name="AtMost">How long it takes at most.</param>
/// <param name="IsWithin">Whether that, and finding out before, is as short as the release demands.</param>
public sealed record SimulatedFailure(
    int Place, ServiceName Service, int Step, string Text, TimeSpan At, PassagePhase End,
    ImmutableArray<ServiceName> Back, int Services, TimeSpan? Took, TimeSpan? AtMost, bool IsWithin)
{
    /// <summary>How many services of a way back are named.</summary>
    public const int MostNamed = 60;

    internal static SimulatedFailure Of(int place, SimulatedRelease release, SimulatedSlot slot)
    {
        var (service, step) = release.Failure!;
        var name = StepNames.Of(slot.Spec.Steps[step]);
        return new(
            place, service, step + 1, name,
            release.Timeline.Where(one => one.Service == service && !one.IsBack).Skip(step)
                .Select(one => one.Until).FirstOrDefault(release.Took),
            release.End, [.. (release.WayBack?.Order ?? []).Take(MostNamed)], release.WayBack?.Order.Length ?? 0,
            release.WayBack?.Took, release.WayBack?.AtMost, release.WayBack?.IsWithin ?? true);
    }
}
