using System.Collections.Immutable;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Promotion;

namespace OrleansRelease.Core.Manifests;

/// <summary>The way of a release through its environments, or why there is none.</summary>
public abstract record RouteResolution
{
    private RouteResolution()
    {
    }

    public sealed record Resolved(ReleaseRoute Route) : RouteResolution;

    public sealed record Refused(Refusal Refusal) : RouteResolution;
}

/// <summary>
/// Makes of the manifests through which environments a release goes: those that it names, one after the other, or else
/// all that promotion connects. What an environment asks for before it, it gets in either case.
/// </summary>
public static class ReleaseRoutes
{
    /// <param name="release">What is to move.</param>
    /// <param name="known">Every environment of the catalogue.</param>
    /// <param name="asked">Where somebody wants it to be started.</param>
    public static RouteResolution Resolve(
        ReleaseManifest release, IReadOnlyCollection<EnvironmentManifest> known, EnvironmentName? asked)
    {
        ArgumentNullException.ThrowIfNull(release);
        ArgumentNullException.ThrowIfNull(known);
        var name = ReleaseName.From(release.Metadata.Name);
        var rules = known.ToDictionary(
            one => EnvironmentName.From(one.Name), one => one.Spec.After ?? []);
        var wanted = release.Spec.Environments is { IsEmpty: false } said ? said : Connected(rules, asked);
        if (wanted.IsEmpty)
        {
            return No(
                $"{name} says no environments, and none comes after another",
                "environments in the release, or the environment to start it in");
        }

        var unknown = wanted.Where(one => !rules.ContainsKey(one)).ToList();
        if (unknown.Count > 0)
        {
            return new RouteResolution.Refused(new(
                RefusalCodes.NotFound, $"there is no environment {string.Join(", ", unknown)}",
                "apply its manifest first"));
        }

        var outside = wanted.SelectMany(one => rules[one].Where(rule => !wanted.Contains(rule.Environment))
            .Select(rule => $"{one} comes after {rule.Environment}")).ToList();
        if (outside.Count > 0)
        {
            return No(
                $"{string.Join(", ", outside)}, and {name} does not go through that",
                "these among the environments of the release, too");
        }

        var after = wanted.Select((one, i) => new RouteEnvironment(
            one, AfterOf(one, rules[one], release.Spec.Environments is null || i == 0 ? null : wanted[i - 1])))
            .ToList();
        return Ordered(name, after);
    }

    // Whoever is named in a release's own list comes after the one before it, whatever else is asked for there.
    private static ImmutableArray<ComesAfter> AfterOf(
        EnvironmentName environment, ImmutableArray<PromotionRule> rules, EnvironmentName? before) =>
    [
        .. rules.Select(rule => new ComesAfter(rule.Environment, rule.Soak ?? TimeSpan.Zero)),
        .. before is { } one && one != environment && rules.All(rule => rule.Environment != one)
            ? [new ComesAfter(one, TimeSpan.Zero)]
            : ImmutableArray<ComesAfter>.Empty,
    ];

    private static ImmutableArray<EnvironmentName> Connected(
        Dictionary<EnvironmentName, ImmutableArray<PromotionRule>> rules, EnvironmentName? asked)
    {
        var connected = rules.Where(pair => !pair.Value.IsEmpty)
            .SelectMany(pair => pair.Value.Select(rule => rule.Environment).Prepend(pair.Key))
            .Distinct().OrderBy(one => $"{one}", StringComparer.Ordinal).ToImmutableArray();
        return connected.IsEmpty && asked is { } only ? [only] : connected;
    }

    private static RouteResolution Ordered(ReleaseName release, List<RouteEnvironment> open)
    {
        if (open.Count > ReleaseRoute.Most) return No($"more than {ReleaseRoute.Most} environments", "fewer");
        var placed = ImmutableArray.CreateBuilder<RouteEnvironment>();
        while (open.Count > 0)
        {
            var next = open.FindIndex(one => one.After.All(before => placed.Any(
                there => there.Environment == before.Environment)));
            if (next < 0)
            {
                return No(
                    $"each of {string.Join(", ", open.Select(one => one.Environment))} comes after another of these",
                    "environments of which one comes first");
            }

            placed.Add(open[next]);
            open.RemoveAt(next);
        }

        return new RouteResolution.Resolved(new ReleaseRoute(release, placed.ToImmutable()));
    }

    private static RouteResolution.Refused No(string reason, string accepted) =>
        new(new Refusal(RefusalCodes.BadRoute, reason, accepted));
}
