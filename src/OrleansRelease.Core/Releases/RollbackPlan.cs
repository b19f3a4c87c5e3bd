using System.Collections.Immutable;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Releases;

/// <summary>
/// How a release is taken back in one environment: numbered, and never changed once it is carried out; what becomes
/// known later makes the next plan. A pure function of what the rollouts answered: what nobody touched is not in it.
/// Steps stand in the exact reverse of the order of the release; each waits only for those that stand on it.
/// </summary>
public sealed record RollbackPlan(int Number, ImmutableArray<RollbackStep> Steps)
{
    internal static RollbackPlan Of(int number, ReleaseOrder order, PassageState state)
    {
        var parts = state.Parts.ToDictionary(part => part.Service);
        return new(
            number,
            [
                .. order.Backward.Select(service => parts[service]).Where(part => !part.IsClear)
                    .Select(part => new RollbackStep(part.Service, HappenedOf(part))),
            ]);
    }

    /// <summary>
    /// Whether it still says what is to be done: of whoever is not back yet, the same has happened as when it was made.
    /// </summary>
    internal bool SaysTheSameAs(RollbackPlan other, PassageState state)
    {
        var clear = state.Parts.Where(part => part.IsClear).Select(part => part.Service).ToHashSet();
        return Steps.Where(step => !clear.Contains(step.Service))
            .SequenceEqual(other.Steps.Where(step => !clear.Contains(step.Service)));
    }

    public bool Has(ServiceName service) => Steps.Any(step => step.Service == service);

    /// <summary>
    /// The longest that what is left of it can take from now while no server is lost: along the slowest chain of steps
    /// that wait for each other, every attempt counted, what may still arrive waited out, and each answer read although
    /// its bell was lost.
    /// </summary>
    internal TimeSpan AtMost(PassageSpec spec, ReleaseOrder order, PassageState state, DateTimeOffset now) =>
        SumOf(spec, order, state, now).Aggregate(TimeSpan.Zero, (sum, part) => sum + part.AtMost);

    /// <summary>What that is the sum of.</summary>
    internal ImmutableArray<BoundPart> SumOf(
        PassageSpec spec, ReleaseOrder order, PassageState state, DateTimeOffset now)
    {
        var left = Steps.Where(step => !state.PartOf(step.Service).IsClear).ToDictionary(step => step.Service);
        var services = spec.Services.ToDictionary(service => service.Service);
        var chain = order.Longest(service => left.ContainsKey(service)
            ? TakenBack(service) + PassageLimits.ReadBackAgainAfter
            : TimeSpan.Zero);
        ImmutableArray<BoundPart> parts =
        [
            .. chain.Services.Reverse().Where(left.ContainsKey)
                .Select(service => new BoundPart($"{service} taken back", TakenBack(service))),
        ];
        return parts.IsEmpty ? [] : [.. parts, ReleaseBound.Reads(parts.Length)];

        TimeSpan TakenBack(ServiceName service) => left[service].AtMost(
            services[service], state.PartOf(service).Grant?.Baseline is not null, now);
    }

    // Whoever still counts as going forward has not answered: anything may have happened.
    private static Happened? HappenedOf(Part part) =>
        part.IsForward ? part.Happened ?? Happened.Anything : part.Happened;
}

/// <summary>
/// One service is taken back: its requests to the version before, then the new version down. Where nothing is said of
/// what has happened, its rollout takes itself back and knows.
/// </summary>
public sealed record RollbackStep(ServiceName Service, Happened? Happened)
{
    public TimeSpan AtMost(PassageEntry service, bool hasBaseline, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(service);
        var (limits, happened) = (service.Undo, Happened ?? Releases.Happened.Anything);
        var quarantine = happened.UnknownUntil is { } until && until > now ? until - now : TimeSpan.Zero;
        return quarantine
            + (happened.Exposed ? (hasBaseline ? limits.Baseline : TimeSpan.Zero) + limits.Traffic : TimeSpan.Zero)
            + (happened.Deployed ? limits.Retire : TimeSpan.Zero)
            + (happened.Hooked ? limits.AllHooks : TimeSpan.Zero);
    }
}
