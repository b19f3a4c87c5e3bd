using System.Collections.Immutable;
using System.Text.RegularExpressions;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Manifests.Yaml;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Manifests.Reading;

/// <summary>Kind Release.</summary>
internal static partial class ReleaseReader
{
    /// <summary>How many services one release may have: what is known of each is kept in one row.</summary>
    public const int MostServices = 500;

    private const int MostRequirements = 50;
    private const int MostEnvironments = 100;
    private const int MaxParallel = 10_000;
    private const int LongestReason = 1_000;

    private const string ServicesShape = "services with their versions, such as {catalog: 2.4.0, cart: 1.9.1}";

    /// <summary>Unlike other names it may have dots.</summary>
    public static string? Name(Field field)
    {
        if (field.Scalar(ReleaseName.Shape) is not { } name) return null;
        if (ReleaseName.Parse(name) is not null) return name;
        field.Report(ProblemCode.BadName, "this is not a name", ReleaseName.Shape);
        return null;
    }

    public static ReleaseSpec Read(Fields fields)
    {
        var written = fields.Need("services", ServicesShape);
        var services = Services(written);
        var spec = new ReleaseSpec(
            services ?? ImmutableSortedDictionary<string, ReleaseEntry>.Empty,
            Requires(fields.Take("requires"), services),
            Environments(fields.Take("environments")),
            fields.Take("maxParallel")?.Whole(1, MaxParallel),
            fields.Take("onFailure")?.Choice<OnFailure>(),
            Rollback(fields.Take("rollback")),
            Stabilise(fields.Take("stabilise")),
            fields.Take("emergency")?.Text(
                "why it cannot wait for an error budget, such as INC-4711: payments fail", LongestReason));
        fields.End();
        return spec;
    }

    private static ImmutableSortedDictionary<string, ReleaseEntry>? Services(Field? field)
    {
        if (field?.Entries(ServicesShape) is not { } entries) return null;
        if (entries.Count is 0 or > MostServices)
        {
            field.ReportKey(
                ProblemCode.BadReference, $"a release has 1 to {MostServices} services", ServicesShape);
            return null;
        }

        var names = entries.Select(entry => entry.Key).ToHashSet(StringComparer.Ordinal);
        var services = ImmutableSortedDictionary.CreateBuilder<string, ReleaseEntry>(StringComparer.Ordinal);
        foreach (var (name, value) in entries)
        {
            if (!Label.IsValid(name))
                value.ReportKey(ProblemCode.BadName, $"{Shown.Of(name)} is not the name of a service", Label.Shape);
            if (Service(value, name, names) is { } service) services[name] = service;
        }

        Circle(entries, services);
        return services.ToImmutable();
    }

    private static ReleaseEntry? Service(Field field, string name, HashSet<string> names)
    {
        const string shape = "VERSION, VERSION@DIGEST or {version: 1.9.1, digest: sha256:…, needs: [catalog]}";
        if (field.IsScalar)
        {
            return Reference(field) is { } reference
                ? new ReleaseEntry(reference.Version, reference.Digest)
                : null;
        }

        if (field.Object(shape) is not { } fields) return null;
        var version = fields.Need("version", "version: 1.9.1") is { } versioned ? Reference(versioned) : null;
        var digest = fields.Take("digest") is { } written ? Digest(written, version) : null;
        var service = new ReleaseEntry(
            version?.Version ?? default, version?.Digest ?? digest, Commit(fields.Take("commit")),
            Needs(fields.Take("needs"), name, names));
        fields.End();
        return version is null ? null : service;
    }

    private static VersionReference? Reference(Field field)
    {
        if (Quoted.Read(field, ProblemCode.BadVersion, "a version is text") is not { } text) return null;
        if (VersionReference.Parse(text) is { } reference) return reference;
        field.Report(ProblemCode.BadVersion, "this is not a version", VersionReference.Shape);
        return null;
    }

    private static string? Digest(Field field, VersionReference? beside)
    {
        if (field.Scalar(VersionReference.DigestShape) is not { } text) return null;
        if (!VersionReference.IsDigest(text))
            field.Report(ProblemCode.BadText, "this is not a digest", VersionReference.DigestShape);
        if (beside?.Digest is not null)
            field.ReportKey(ProblemCode.Conflict, "the version has a digest already", "one of them");
        return text;
    }

    private static string? Commit(Field? field)
    {
        const string shape = "a commit of 7 to 64 lower-case hexadecimal digits";
        if (field is null || Quoted.Read(field, ProblemCode.BadText, "a commit is text") is not { } text) return null;
        if (CommitText().IsMatch(text)) return text;
        field.Report(ProblemCode.BadText, "this is not a commit", shape);
        return null;
    }

    private static ImmutableArray<ServiceName>? Needs(Field? field, string name, HashSet<string> names)
    {
        if (field?.Items("a list of services of this release, such as [catalog]") is not { } items) return null;
        var (needs, known) = (ImmutableArray.CreateBuilder<ServiceName>(), new HashSet<ServiceName>());
        foreach (var item in items)
        {
            if (item.Name<ServiceName>("the name of a service of this release") is not { } needed) continue;
            var problem = known.Contains(needed)
                ? (ProblemCode.DuplicateName, $"{needed} stands here twice", "each service once")
                : $"{needed}" == name
                    ? (ProblemCode.BadReference, "no service can move before itself", "another service")
                : !names.Contains($"{needed}") ? NotOfThisRelease(item, $"{needed}", names)
                : ((string Code, string Reason, string Expected)?)null;
            if (problem is var (code, reason, expected))
                item.Report(code, reason, expected);
            else if (known.Add(needed))
                needs.Add(needed);
        }

        return needs.ToImmutable();
    }

    private static (string Code, string Reason, string Expected) NotOfThisRelease(
        Field field, string needed, HashSet<string> names) => (
        ProblemCode.BadReference, "this service is not part of the release",
        field.Nearest(needed, names)
            ?? "requires: [{service: NAME, atLeast: VERSION}] for one that does not move");

    // The catalogue can take nothing away from what the release says, so this can be known without it.
    private static void Circle(
        IReadOnlyList<(string Key, Field Value)> entries,
        ImmutableSortedDictionary<string, ReleaseEntry>.Builder services)
    {
        var needs = from service in services
                    where ServiceName.Parse(service.Key) is not null
                    from needed in service.Value.Needs ?? []
                    where services.ContainsKey($"{needed}")
                    select new Need(ServiceName.From(service.Key), needed, NeedOrigin.Release);
        var names = services.Keys.Select(ServiceName.Parse).OfType<ServiceName>();
        if (Ordering.Of(names, needs) is not Ordering.Circle circle) return;
        entries.First(entry => entry.Key == $"{circle.Path[0].Service}").Value.ReportKey(
            ProblemCode.BadReference,
            $"{string.Join(" → ", circle.Path.Select(need => need.Service))} → {circle.Path[0].Service}: by what "
                + "they need each would wait for the next", "needs without one of these");
    }

    private static ImmutableArray<ReleaseRequirement>? Requires(
        Field? field, ImmutableSortedDictionary<string, ReleaseEntry>? services)
    {
        const string shape = "{service: payments, atLeast: 2.1.0, otherwise: wait}";
        if (field?.Items($"a list such as [{shape}]") is not { } items) return null;
        if (items.Count > MostRequirements)
        {
            field.ReportKey(ProblemCode.BadReference, $"more than {MostRequirements} services", "fewer");
            return null;
        }

        var requires = ImmutableArray.CreateBuilder<ReleaseRequirement>();
        foreach (var item in items)
        {
            if (item.Object(shape) is not { } fields) continue;
            var named = fields.Need("service", "service: NAME");
            var service = named?.Name<ServiceName>("the name of a service");
            var least = fields.Need("atLeast", "atLeast: VERSION") is { } written ? Comparable.Read(written) : null;
            var otherwise = fields.Take("otherwise")?.Choice<Otherwise>();
            fields.End();
            if (service is not { } known) continue;
            if (requires.Any(other => other.Service == known))
                named!.Report(ProblemCode.DuplicateName, $"{known} stands here twice", "each service once");
            if (services?.ContainsKey($"{known}") == true)
            {
                named!.Report(ProblemCode.Conflict, "this service moves in this release itself",
                    $"needs: [{known}] at the service that needs it");
            }

            if (least is { } version) requires.Add(new ReleaseRequirement(known, version, otherwise));
        }

        return requires.ToImmutable();
    }

    private static ImmutableArray<EnvironmentName>? Environments(Field? field)
    {
        const string shape = "environments in the order in which they are gone through, such as [staging, production]";
        if (field?.Items(shape) is not { } items) return null;
        if (items.Count is 0 or > MostEnvironments)
        {
            field.ReportKey(ProblemCode.BadReference, $"this is a list of 1 to {MostEnvironments}", shape);
            return null;
        }

        var environments = ImmutableArray.CreateBuilder<EnvironmentName>();
        foreach (var item in items)
        {
            if (item.Name<EnvironmentName>("the name of an environment") is not { } name) continue;
            if (environments.Contains(name))
                item.Report(ProblemCode.DuplicateName, $"{name} stands here twice", "each environment once");
            environments.Add(name);
        }

        return environments.ToImmutable();
    }

    private static ReleaseRollback? Rollback(Field? field)
    {
        if (field?.Object("{within: 10m}") is not { } fields) return null;
        var rollback = new ReleaseRollback(fields.Take("within")?.Duration(positive: true));
        fields.End();
        return rollback;
    }

    private static ReleaseStabilise? Stabilise(Field? field)
    {
        const string shape = "a duration such as 5m, or {for: 5m, within: 30m}";
        if (field is null) return null;
        if (field.IsScalar) return field.Duration() is { } plain ? new ReleaseStabilise(plain) : null;
        if (field.Object(shape) is not { } fields) return null;
        var hold = fields.Take("for")?.Duration();
        var (written, within) = fields.Take("within") is { } limit ? (limit, limit.Duration(positive: true)) : default;
        fields.End();
        if (within < hold)
        {
            written!.Report(
                ProblemCode.BadDuration, "this is over before they can have held for so long",
                $"{Duration.Format(hold.Value)} or longer");
        }

        return new ReleaseStabilise(hold, within);
    }

    [GeneratedRegex(@"\A[0-9a-f]{7,64}\z")]
    private static partial Regex CommitText();
}
