using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Manifests;

/// <summary>
/// What the services of a release require of each other. A version becomes stable only when its release has completed:
/// a rollout that waited for one of its own release would wait for ever. So the order answers what comes before, and
/// what comes later has to be met before anything starts. What others bring is waited for before any slot is leased,
/// too: whoever brings it may need one of them.
/// </summary>
internal sealed class SettledRequirements
{
    public SettledRequirements(ReleaseOrder order, Dictionary<ServiceName, RolloutSpec> rollouts)
    {
        foreach (var rollout in rollouts.Values.OrderBy(rollout => $"{rollout.Service}", StringComparer.Ordinal))
        {
            foreach (var requirement in rollout.Requires ?? [])
            {
                if (rollouts.TryGetValue(requirement.Service, out var provider))
                    Settle(rollout, requirement, provider, order);
            }

            var outside = (rollout.Requires ?? []).RemoveAll(one => rollouts.ContainsKey(one.Service));
            foreach (var requirement in outside.Where(one =>
                BeforeTheStart.All(known => known != new PassageRequirement(one, Otherwise.Wait))))
            {
                BeforeTheStart.Add(new PassageRequirement(requirement, Otherwise.Wait));
            }

            Rollouts.Add(rollout with { Requires = outside.IsEmpty ? null : outside });
        }
    }

    public List<RolloutSpec> Rollouts { get; } = [];

    public List<PassageRequirement> BeforeTheStart { get; } = [];

    public List<Refusal> Refusals { get; } = [];

    public static string TooOld(string consumer, Requirement requirement, VersionName brought) =>
        $"{consumer} requires {requirement}, and this release brings {brought}";

    private void Settle(RolloutSpec rollout, Requirement requirement, RolloutSpec provider, ReleaseOrder order)
    {
        if (!requirement.IsMetBy(provider.Version))
        {
            Refusals.Add(new(
                RefusalCodes.BadVersion,
                TooOld($"{rollout.Service}", requirement, provider.Version),
                $"{requirement.Service} {requirement.AtLeast} or later in the release"));
        }

        // Only what has to be verified before it begins is sure to be there.
        if (order.AllAfter(requirement.Service).Contains(rollout.Service)) return;
        if (BeforeTheStart.All(known => known.Requirement != requirement))
            BeforeTheStart.Add(new PassageRequirement(requirement, Otherwise.Refuse));
    }
}
