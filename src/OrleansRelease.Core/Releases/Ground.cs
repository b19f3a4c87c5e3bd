using System.Collections.Immutable;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Releases;

/// <summary>What the services of a release stand on.</summary>
public static class Ground
{
    /// <summary>Every service of the release that one needs, over others too.</summary>
    public static ImmutableArray<ServiceName> Of(PassageSpec spec, ServiceName service)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var needs = spec.Services.ToDictionary(one => one.Service, one => one.Needs);
        var (found, open) = (ImmutableArray.CreateBuilder<ServiceName>(), new Stack<ServiceName>([service]));
        var seen = new HashSet<ServiceName> { service };
        while (open.TryPop(out var next))
        {
            foreach (var need in needs[next].Where(need => needs.ContainsKey(need) && seen.Add(need)))
            {
                found.Add(need);
                open.Push(need);
            }
        }

        return found.ToImmutable();
    }

    /// <summary>The rollouts of all that one of a release stands on.</summary>
    public static IEnumerable<RolloutId> Of(PassageSpec spec, PassageState state, RolloutId rollout)
    {
        ArgumentNullException.ThrowIfNull(state);
        return Of(spec, rollout.Slot.Service).Select(service => state.PartOf(service).Grant?.Rollout)
            .OfType<RolloutId>();
    }

    /// <summary>Whether one may be stood upon in this epoch of the store, as its row says.</summary>
    public static bool Holds(Row<RolloutState> row, int epoch) =>
        PartOf.News(row, epoch)?.Stage is PartStage.Verified or PartStage.Left;

    /// <summary>Whether a release goes forward, so that its rollouts may.</summary>
    public static bool IsForward(PassageState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return state.Stage is PassageStage.Moving or PassageStage.Held;
    }

    /// <summary>
    /// Services that stand on one whose rollout moves, over others too. None of these has begun; but after a restore
    /// it may have, and what it stands on is waited for once more.
    /// </summary>
    internal static IReadOnlySet<ServiceName> Moving(
        PassageSpec spec, ReleaseOrder order, IReadOnlyDictionary<ServiceName, Part> parts)
    {
        var needs = spec.Services.ToDictionary(one => one.Service, one => one.Needs);
        var moving = new HashSet<ServiceName>();
        foreach (var service in order.Forward)
        {
            if (needs[service].Any(need => moving.Contains(need)
                || (parts.TryGetValue(need, out var part) && part.Stage is PartStage.Moving)))
            {
                moving.Add(service);
            }
        }

        return moving;
    }
}
