namespace OrleansRelease.Core.Manifests.Reading;

/// <summary>Finds the word that was probably meant.</summary>
internal static class Words
{
    private const int MaxLength = 40;

    /// <summary>The nearest word by edit distance, or null when none is near.</summary>
    public static string? Nearest(string written, IEnumerable<string> known)
    {
        if (written.Length > MaxLength) return null;
        var limit = Math.Max(1, written.Length / 3);
        return known
            .Select(word => (word, distance: Distance(Fold(written), Fold(word))))
            .Where(candidate => candidate.distance <= limit)
            .OrderBy(candidate => candidate.distance).ThenBy(candidate => candidate.word, StringComparer.Ordinal)
            .Select(candidate => candidate.word)
            .FirstOrDefault();
    }

    // set_weight, SetWeight and set-weight are the same mistake.
    private static string Fold(string word) =>
        new([.. word.Where(char.IsLetterOrDigit).Select(char.ToLowerInvariant)]);

    private static int Distance(string a, string b)
    {
        var previous = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var row = new int[b.Length + 1];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var change = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                row[j] = Math.Min(change, Math.Min(previous[j], row[j - 1]) + 1);
            }

            previous = row;
        }

        return previous[b.Length];
    }
}
