using System.Collections.Immutable;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;

namespace OrleansRelease.Core.Manifests;

/// <summary>
/// What only several files together show, before the first of them is applied: then it would be too late for the
/// others.
/// </summary>
public static class ManifestSet
{
    /// <param name="files">Each as problems name it, with what was read of it.</param>
    public static ImmutableArray<Problem> Check(IEnumerable<(string File, ManifestReading Reading)> files)
    {
        var all = files.SelectMany(file => file.Reading.Manifests.Zip(
            file.Reading.Lines, (manifest, line) => new Placed(manifest, file.File, line))).ToList();
        return [.. Doubles(all), .. Circle(all)];
    }

    // The same once more is applied once more, and changes nothing.
    private static IEnumerable<Problem> Doubles(IEnumerable<Placed> all) => all
        .GroupBy(one => (one.Manifest.Kind, one.Manifest.Name)).Where(same => same.Skip(1).Any())
        .SelectMany(same => same.Skip(1).Where(other => !IsTheSame(other.Manifest, same.First().Manifest))
            .Select(other => other.Problem(
                ProblemCode.DuplicateName, "metadata.name", other.Manifest.Name,
                $"{other.Manifest.Kind} {other.Manifest.Name} stands in {same.First().File} with other content",
                "each manifest once")));

    private static bool IsTheSame(Manifest one, Manifest other) =>
        Vocabulary.Write(one) == Vocabulary.Write(other);

    private static IEnumerable<Problem> Circle(IReadOnlyCollection<Placed> all)
    {
        var services = all.Where(one => one.Manifest is ServiceManifest)
            .GroupBy(one => ServiceName.From(one.Manifest.Name)).ToDictionary(same => same.Key, same => same.Last());
        var requires = services.ToDictionary(
            one => one.Key, one => Requirements.Of((ServiceManifest)one.Value.Manifest));
        foreach (var service in services.Keys.OrderBy(name => $"{name}", StringComparer.Ordinal))
        {
            if (Requirements.Cycle(service, name => requires.GetValueOrDefault(name, [])) is not { } path) continue;
            yield return services[service].Problem(
                ProblemCode.BadReference, "spec.dependsOn", null,
                $"services would wait for each other's versions: {string.Join(" → ", path)}",
                "one of these without atLeast in its dependsOn");
            // The others of it would say the same.
            yield break;
        }
    }

    private sealed record Placed(Manifest Manifest, string File, int Line)
    {
        public Problem Problem(string code, string path, string? value, string reason, string expected) =>
            new(code, File, Line, 1, path, value, reason, expected);
    }
}
