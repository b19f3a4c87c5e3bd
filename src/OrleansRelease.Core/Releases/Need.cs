using System.Collections.Immutable;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Core.Releases;

/// <summary>Who said that one service comes after another.</summary>
public enum NeedOrigin
{
    /// <summary>The catalogue: <c>dependsOn</c> of the service.</summary>
    Catalogue,

    /// <summary>The release itself: <c>needs</c>.</summary>
    Release,
}

/// <summary>
/// Within a release, <see cref="Service"/> moves only after <see cref="On"/> was verified, and is taken back before it.
/// </summary>
public sealed record Need(ServiceName Service, ServiceName On, NeedOrigin Origin)
{
    /// <summary>
    /// What the release says, and what the catalogue says of its services beside that. Between two services the release
    /// has the last word, whichever of them it names first: so a consumer can be made to go before its provider. Only
    /// what stands between two services of the release orders them; over one that does not move nothing is derived.
    /// </summary>
    /// <param name="needs">Each service of the release, with what it needs as the release says.</param>
    /// <param name="dependsOn">What a service depends on as the catalogue says.</param>
    public static ImmutableArray<Need> Join(
        IReadOnlyDictionary<ServiceName, ImmutableArray<ServiceName>> needs,
        Func<ServiceName, IEnumerable<ServiceName>> dependsOn)
    {
        ArgumentNullException.ThrowIfNull(needs);
        ArgumentNullException.ThrowIfNull(dependsOn);
        var said = needs
            .SelectMany(service => service.Value.Select(on => (Service: service.Key, On: on)))
            .Distinct().ToList();
        var known = said.ToHashSet();
        return
        [
            .. said.Select(pair => new Need(pair.Service, pair.On, NeedOrigin.Release)),
            .. needs.Keys.SelectMany(service => dependsOn(service).Distinct()
                .Where(on => needs.ContainsKey(on) && !known.Contains((service, on)) && !known.Contains((on, service)))
                .Select(on => new Need(service, on, NeedOrigin.Catalogue))),
        ];
    }

    public override string ToString() => Origin == NeedOrigin.Release
        ? $"{Service} needs {On} in this release"
        : $"{Service} depends on {On} in the catalogue";
}
