using OrleansRelease.Contracts;
using OrleansRelease.Contracts.Planning;
using OrleansRelease.Core.Catalogue;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Manifests;
using OrleansRelease.Core.Slos;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Planning;

/// <summary>
/// The rules for Prometheus of one service in an environment, or of all that the catalogue has. Whether they run there
/// does not matter: who loads the rules before the first rollout is told of it from its first request on.
/// </summary>
internal sealed class RulesLookup(IGrainFactory grains, IRows rows)
{
    /// <summary>How many services are looked through for those that have promised something.</summary>
    private const int MostServices = 5000;

    private const int Page = 500;

    public async Task<Answer<RulesFile.Written>> FindAsync(RulesRequest request, CancellationToken cancellation)
    {
        var services = request.Service is { } one ? [one] : await ServicesAsync(cancellation);
        if (services.Count > MostServices)
        {
            return new Refusal(
                RefusalCodes.BadLimit, $"there are more than {MostServices} services",
                "rules of one service at a time");
        }

        return await new CatalogueLookup(grains).RulesAsync(request.Environment, services, cancellation);
    }

    // Keys are KIND/NAME in the order of their bytes, so a kind is a range of them.
    private async Task<List<ServiceName>> ServicesAsync(CancellationToken cancellation)
    {
        const string kind = nameof(ManifestKind.Service);
        return await rows.AllAsync(new(Kinds.Manifest, After: $"{kind}/", Limit: Page), cancellation)
            .Select(row => ManifestKey.Parse(row.Key))
            .TakeWhile(key => key?.Kind == kind)
            .Select(key => ServiceName.From(key!.Value.Name))
            .Take(MostServices + 1)
            .ToListAsync(cancellation);
    }
}
