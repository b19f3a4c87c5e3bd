using System.Collections.Immutable;

namespace OrleansRelease.Core.Manifests;

public enum DiffKind
{
    Same,
    Removed,
    Added,
}

/// <summary>One line of a difference.</summary>
public sealed record DiffLine(DiffKind Kind, string Text)
{
    public override string ToString() => Kind switch
    {
        DiffKind.Added => "+ " + Text,
        DiffKind.Removed => "- " + Text,
        _ => "  " + Text,
    };
}

/// <summary>What applying a manifest would change, as lines of its long form.</summary>
public static class ManifestDiff
{
    /// <summary>Beyond this many comparisons everything in between counts as changed.</summary>
    public const int MaxCells = 4_000_000;

    /// <summary>Every line; without a manifest before, all of them are new.</summary>
    public static ImmutableArray<DiffLine> Of(Manifest? before, Manifest after) =>
        OfLines(before is null ? [] : Lines(before), Lines(after));

    private static ImmutableArray<DiffLine> OfLines(string[] before, string[] after)
    {
        var head = before.Zip(after).TakeWhile(pair => pair.First == pair.Second).Count();
        var tail = before[head..].Reverse().Zip(after[head..].Reverse())
            .TakeWhile(pair => pair.First == pair.Second).Count();
        return
        [
            .. before[..head].Select(line => new DiffLine(DiffKind.Same, line)),
            .. Between(before[head..^tail], after[head..^tail]),
            .. before[^tail..].Select(line => new DiffLine(DiffKind.Same, line)),
        ];
    }

    private static IEnumerable<DiffLine> Between(string[] before, string[] after)
    {
        var common = (long)before.Length * after.Length <= MaxCells ? LongestCommon(before, after) : null;
        var (i, j) = (0, 0);
        while (i < before.Length || j < after.Length)
        {
            if (common is not null && i < before.Length && j < after.Length && before[i] == after[j])
            {
                yield return new DiffLine(DiffKind.Same, before[i++]);
                j++;
            }
            else if (i < before.Length
                && (j == after.Length || common is null || common[i + 1, j] >= common[i, j + 1]))
            {
                yield return new DiffLine(DiffKind.Removed, before[i++]);
            }
            else
            {
                yield return new DiffLine(DiffKind.Added, after[j++]);
            }
        }
    }

    /// <summary>How many lines the ends from i and j have in common, in order.</summary>
    private static int[,] LongestCommon(string[] before, string[] after)
    {
        var common = new int[before.Length + 1, after.Length + 1];
        for (var i = before.Length - 1; i >= 0; i--)
        {
            for (var j = after.Length - 1; j >= 0; j--)
            {
                common[i, j] = before[i] == after[j]
                    ? common[i + 1, j + 1] + 1
                    : Math.Max(common[i + 1, j], common[i, j + 1]);
            }
        }

        return common;
    }

    private static string[] Lines(Manifest manifest) => ManifestText.Write(manifest).TrimEnd('\n').Split('\n');
}
