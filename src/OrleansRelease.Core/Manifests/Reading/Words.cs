namespace OrleansRelease.Core.Manifests.Reading;

/// <summary>Finds the word that was probably meant.</summary>
internal static class Words
{
    private const int MaxLength = 40;

    /// <summary>How many known words are looked at: they may be as many as somebody writes.</summary>
    private const int MostLookedAt = 500;

    /// <summary>
    /// The nearest word by edit distance, or null when none is near. A problem that is not shown has none: one file may
    /// have more of them than there is time for.
    /// </summary>
    public static string? Nearest(this Field field, string written, IEnumerable<string> known) =>
        field.Sink.IsFull ? null : Nearest(written, known);

    /// <summary>The nearest word by edit distance, or null when none is near.</summary>
    public static string? Nearest(string written, IEnumerable<string> known)
    {
        if (written.Length > MaxLength) return null;
        var limit = Math.Max(1, written.Length / 3);
        return known.Take(MostLookedAt).Where(word => word.Length <= MaxLength * 2)
            .Select(word => (word, distance: Distance(Fold(written), Fold(word))))
            .Where(candidate => candidate.distance <= limit)
            .OrderBy(candidate => candidate.distance).ThenBy(candidate => candidate.word, StringComparer.Ordinal)
            .Select(candidate => candidate.word)
            .FirstOrDefault();
    }

    // set_weight, SetWeight and set-weight are the same mistake.
    private static string Fold(string word) =>
        new([.. word.Where(char.IsLetterOrDigit).Select(char.ToLowerInvariant)]);

    /// <summary>How many letters to add, drop, change, or swap with their neighbour.</summary>
    private static int Distance(string a, string b)
    {
        var rows = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) rows[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) rows[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var change = rows[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                rows[i, j] = Math.Min(change, Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
            }
        }

        return rows[a.Length, b.Length];
    }
}
