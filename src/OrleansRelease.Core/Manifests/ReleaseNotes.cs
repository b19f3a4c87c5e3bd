using System.Collections.Immutable;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Releases;

namespace OrleansRelease.Core.Manifests;

/// <summary>
/// What would keep a release from starting if the catalogue stayed as it is. It may change, so none of it forbids
/// applying the release; what can never be right is a problem of the file.
/// </summary>
public static class ReleaseNotes
{
    public static ImmutableArray<string> Of(
        ReleaseManifest release, Func<ServiceName, ServiceManifest?> service, Func<EnvironmentName, bool> isThere)
    {
        ArgumentNullException.ThrowIfNull(release);
        var named = release.Spec.Services.Keys.Select(ServiceName.From)
            .Concat((release.Spec.Requires ?? []).Select(one => one.Service));
        return
        [
            .. named.Where(name => service(name) is null).Select(name => $"there is no Service {name} yet"),
            .. (release.Spec.Environments ?? []).Where(name => !isThere(name))
                .Select(name => $"there is no Environment {name} yet"),
            .. PassageSpecs.OrderingOf(release, service, out _) is Ordering.Circle circle
                ? [circle.Refusal.Reason]
                : Array.Empty<string>(),
            .. release.Spec.Services.Keys.Select(ServiceName.From).SelectMany(name => TooOld(release, service(name))),
        ];
    }

    private static IEnumerable<string> TooOld(ReleaseManifest release, ServiceManifest? consumer) => consumer is null
        ? []
        : Requirements.Of(consumer)
            .Where(one => release.Spec.Services.TryGetValue($"{one.Service}", out var brought)
                && !one.IsMetBy(brought.Version))
            .Select(one => SettledRequirements.TooOld(
                consumer.Name, one, release.Spec.Services[$"{one.Service}"].Version));
}
