using System.Collections.Immutable;
using System.Text;
using OrleansRelease.Core.PromQl;

namespace OrleansRelease.Core.Trails;

/// <summary>
/// Fills values into a TraceQL query so that none changes what it asks for. Its literals are Go's, as those of PromQL
/// are; a value may stand in one between double quotes alone, whose escapes can say everything.
/// </summary>
public static class TraceQuery
{
    /// <summary>What is asked when nobody says otherwise: the resource attributes are those of OpenTelemetry.</summary>
    public const string BuiltIn =
        """{resource.service.name="{{service}}" && resource.service.version="{{version}}" && status=error}""";

    /// <param name="query">With its placeholders.</param>
    /// <param name="valueOf">The value of a name; null leaves the placeholder as it is.</param>
    /// <returns>The query, or why it cannot be made, which is the same for all values.</returns>
    public static (string? Query, string? Problem) Fill(string query, Func<string, string?> valueOf)
    {
        var (tokens, problem) = QueryScanner.Scan(query);
        if (problem is not null) return (null, problem);
        var (filled, place) = (new StringBuilder(query.Length + 64), new QueryPlace());
        for (var i = 0; i < tokens.Length; i++)
        {
            var (text, wrong) = ProblemAt(tokens, i) is { } here ? (null, here)
                : tokens[i].Kind == TokenKind.Literal
                    ? new LiteralTemplate(tokens[i].Text, place.Here, valueOf).Fill()
                    : (tokens[i].Text, null);
            if (wrong is not null) return (null, wrong);
            filled.Append(text);
            place.Pass(tokens[i]);
        }

        return (filled.ToString(), null);
    }

    private static string? ProblemAt(ImmutableArray<QueryToken> tokens, int at) => tokens[at] switch
    {
        { Kind: TokenKind.Placeholder } bare =>
            $"{bare.Text} stands outside of quotes, where it could be more than a value",
        { IsComment: true } => "# begins no comment in TraceQL",
        // What stands in one to TraceQL does not to whoever fills it in.
        var slash when slash.Is("/") && at + 1 < tokens.Length && (tokens[at + 1].Is("/") || tokens[at + 1].Is("*")) =>
            "a query has no comments here",
        { Kind: TokenKind.Literal } text when text.Text[0] == '\'' => $"{text.Text} is no text in TraceQL",
        { Kind: TokenKind.Literal } text
            when text.Text[0] == '`' && text.Text.Contains("{{", StringComparison.Ordinal) =>
            $"{text.Text} is in backticks, which cannot hold every value",
        _ => null,
    };
}
