using System.Collections.Immutable;
using OrleansRelease.Core.Json;

namespace OrleansRelease.Cli.Texts;

/// <summary>What applying a file did, with the lines that differ.</summary>
internal static class ApplyText
{
    /// <summary>Unchanged lines that are shown around a change.</summary>
    private const int Around = 2;

    public static string Of(string json) => Of(Vocabulary.Read<Changes>(json));

    public static string Of(Changes changes) => string.Join('\n', changes.Manifests.SelectMany(manifest =>
        new[] { Headline(manifest, changes.DryRun) }
            .Concat(manifest.Change == "Changed" ? Near(manifest.Diff) : [])
            .Concat((manifest.Notes ?? []).Select(note => $"  no start yet: {note}"))));

    private static string Headline(ChangedManifest manifest, bool dryRun) =>
        $"{manifest.Kind}/{manifest.Name} {manifest.Change.ToLowerInvariant()}{(dryRun ? " (dry run)" : "")}";

    private static IEnumerable<string> Near(ImmutableArray<string> diff)
    {
        var wanted = Enumerable.Range(0, diff.Length)
            .Where(i => diff.Skip(Math.Max(i - Around, 0)).Take(i - Math.Max(i - Around, 0) + 1 + Around)
                .Any(line => line[0] is '+' or '-'))
            .ToList();
        for (var n = 0; n < wanted.Count; n++)
        {
            if (n > 0 && wanted[n] != wanted[n - 1] + 1) yield return "    …";
            yield return $"  {diff[wanted[n]]}";
        }
    }
}

/// <summary>What became of each manifest of a file, as the API tells it.</summary>
internal sealed record Changes(bool DryRun, ImmutableArray<ChangedManifest> Manifests);

internal sealed record ChangedManifest(
    string Kind, string Name, string Change, ImmutableArray<string> Diff, ImmutableArray<string>? Notes = null);
