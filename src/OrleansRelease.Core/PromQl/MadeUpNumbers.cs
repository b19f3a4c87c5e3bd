namespace OrleansRelease.Core.PromQl;

/// <summary>
/// Finds <c>or vector(0)</c> and its like: with a number made up for what is absent, a misspelt metric is a success.
/// </summary>
public static class MadeUpNumbers
{
    /// <summary>
    /// The word that makes one up; null when none does. Also found in a query that stands in an address.
    /// </summary>
    public static string? In(string query) =>
        Find(query) ?? (query.Contains('%', StringComparison.Ordinal) || query.Contains('+', StringComparison.Ordinal)
            ? Find(Uri.UnescapeDataString(query.Replace('+', ' ')))
            : null);

    private static string? Find(string query)
    {
        var (tokens, depth, hasOr) = (QueryScanner.Meaningful(query), 0, false);
        string? source = null;
        for (var i = 0; i < tokens.Length; i++)
        {
            if (tokens[i].Is("{")) depth++;
            if (tokens[i].Is("}")) depth--;
            // In braces stand the names of labels.
            if (depth > 0) continue;
            hasOr |= tokens[i].IsWord("or");
            if (i + 1 < tokens.Length && tokens[i + 1].Is("(") && MakesUp(tokens[i])) source = tokens[i].Text;
        }

        return hasOr ? source : null;
    }

    private static bool MakesUp(QueryToken token) =>
        token.IsWord("vector") || token.IsWord("absent") || token.IsWord("absent_over_time");
}
