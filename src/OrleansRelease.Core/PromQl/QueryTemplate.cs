using System.Text;
using System.Text.RegularExpressions;

namespace OrleansRelease.Core.PromQl;

/// <summary>
/// Fills values into a PromQL query so that none changes what it asks for: in a string literal a value is a part of its
/// text, in a regular expression it matches itself alone, and elsewhere only a plain word, number or duration is taken.
/// </summary>
public static partial class QueryTemplate
{
    /// <param name="query">With its placeholders.</param>
    /// <param name="valueOf">The value of a name; null leaves the placeholder for whoever comes later.</param>
    /// <returns>The query, or why it cannot be made.</returns>
    public static (string? Query, string? Problem) Fill(string query, Func<string, string?> valueOf)
    {
        var (tokens, problem) = QueryScanner.Scan(query);
        if (problem is not null) return (null, problem);
        var (filled, place) = (new StringBuilder(query.Length + 64), new QueryPlace());
        for (var i = 0; i < tokens.Length; i++)
        {
            var (text, wrong) = tokens[i] switch
            {
                { Kind: TokenKind.Placeholder } bare => Plain(bare.Text, valueOf, IsGlued(tokens, i)),
                { Kind: TokenKind.Literal } literal => new LiteralTemplate(literal.Text, place.Here, valueOf).Fill(),
                { IsComment: true } comment => new LiteralTemplate(comment.Text, LiteralUse.Comment, valueOf).Fill(),
                var other => (other.Text, null),
            };
            if (wrong is not null) return (null, wrong);
            filled.Append(text);
            place.Pass(tokens[i]);
        }

        return (filled.ToString(), null);
    }

    private static bool IsGlued(IReadOnlyList<QueryToken> tokens, int at) =>
        (at > 0 && tokens[at - 1].Kind is TokenKind.Word or TokenKind.Placeholder)
        || (at + 1 < tokens.Count && tokens[at + 1].Kind is TokenKind.Word or TokenKind.Placeholder);

    private static (string? Text, string? Problem) Plain(
        string placeholder, Func<string, string?> valueOf, bool isPartOfName)
    {
        if (valueOf(placeholder[2..^2]) is not { } value) return (placeholder, null);
        var fits = isPartOfName
            ? NamePart().IsMatch(value)
            : (Name().IsMatch(value) && !QueryWords.IsReserved(value)) || Number().IsMatch(value);
        return fits
            ? (value, null)
            : (null, $"{placeholder} stands outside of quotes, where '{value}' could be more than a name or number");
    }

    [GeneratedRegex(@"\A[a-zA-Z_:][a-zA-Z0-9_:]*\z")]
    private static partial Regex Name();

    [GeneratedRegex(@"\A[a-zA-Z0-9_]+\z")]
    private static partial Regex NamePart();

    [GeneratedRegex(@"\A([0-9]+(\.[0-9]+)?|([0-9]+(ms|[smhdwy]))+)\z")]
    private static partial Regex Number();
}
