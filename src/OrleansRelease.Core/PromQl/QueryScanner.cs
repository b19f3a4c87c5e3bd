using System.Collections.Immutable;

namespace OrleansRelease.Core.PromQl;

/// <summary>
/// Takes a PromQL query apart, with or without placeholders, by the lexical rules of Prometheus: literals in double and
/// single quotes, in which a backslash escapes and no line ends, and raw ones in backticks.
/// </summary>
public static class QueryScanner
{
    private const string Open = "{{";
    private const string Close = "}}";

    private static readonly string[] TwoCharacters = ["=~", "!~", "!=", "==", ">=", "<="];

    /// <summary>All pieces in order; <c>Problem</c> says what could not be read, whose rest is one symbol.</summary>
    public static (ImmutableArray<QueryToken> Tokens, string? Problem) Scan(string query)
    {
        var tokens = ImmutableArray.CreateBuilder<QueryToken>();
        for (var at = 0; at < query.Length;)
        {
            var (kind, end) = Next(query, at);
            if (end < 0)
            {
                tokens.Add(new QueryToken(TokenKind.Symbol, query[at..]));
                return (tokens.ToImmutable(), kind == TokenKind.Literal
                    ? $"the text that begins with {Beginning(query, at)} is not closed"
                    : "a placeholder is not closed");
            }

            tokens.Add(new QueryToken(kind, query[at..end]));
            at = end;
        }

        return (tokens.ToImmutable(), null);
    }

    /// <summary>The pieces that mean something to the source.</summary>
    public static ImmutableArray<QueryToken> Meaningful(string query) =>
        [.. Scan(query).Tokens.Where(token => token.Kind != TokenKind.Blank)];

    private static (TokenKind Kind, int End) Next(string query, int at)
    {
        var c = query[at];
        if (StartsWith(query, at, Open)) return (TokenKind.Placeholder, AfterPlaceholder(query, at));
        if (char.IsWhiteSpace(c)) return (TokenKind.Blank, While(query, at, char.IsWhiteSpace));
        if (c == '#') return (TokenKind.Blank, AfterComment(query, at));
        if (c is '"' or '\'' or '`') return (TokenKind.Literal, AfterLiteral(query, at));
        if (IsWordStart(c)) return (TokenKind.Word, While(query, at, IsWordPart));
        if (char.IsAsciiDigit(c)) return (TokenKind.Number, While(query, at, IsNumberPart));
        return (TokenKind.Symbol, at + (TwoCharacters.Any(two => StartsWith(query, at, two)) ? 2 : 1));
    }

    public static bool IsWordStart(char c) => char.IsAsciiLetter(c) || c is '_' or ':';

    public static bool IsWordPart(char c) => IsWordStart(c) || char.IsAsciiDigit(c);

    private static bool IsNumberPart(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '_';

    /// <summary>Where the placeholder that begins here is over; less than 0 when it is not closed.</summary>
    internal static int AfterPlaceholder(string query, int at)
    {
        var end = query.IndexOf(Close, at + Open.Length, StringComparison.Ordinal);
        return end < 0 ? end : end + Close.Length;
    }

    internal static bool IsPlaceholder(string query, int at) => StartsWith(query, at, Open);

    private static int AfterComment(string query, int at)
    {
        while (at >= 0 && at < query.Length && query[at] is not ('\n' or '\r'))
            at = IsPlaceholder(query, at) ? AfterPlaceholder(query, at) : at + 1;
        return at;
    }

    private static int AfterLiteral(string query, int at)
    {
        var quote = query[at++];
        while (at >= 0 && at < query.Length)
        {
            var c = query[at];
            if (c == quote) return at + 1;
            if (quote != '`' && (c is '\n' or '\r')) return -1;
            if (IsPlaceholder(query, at)) at = AfterPlaceholder(query, at);
            else at += quote != '`' && c == '\\' && !IsPlaceholder(query, at + 1) ? 2 : 1;
        }

        return -1;
    }

    private static int While(string query, int at, Predicate<char> holds)
    {
        while (at < query.Length && holds(query[at])) at++;
        return at;
    }

    private static bool StartsWith(string query, int at, string what) =>
        at <= query.Length && query.AsSpan(at).StartsWith(what, StringComparison.Ordinal);

    private static string Beginning(string query, int at) => query[at..Math.Min(query.Length, at + 20)];
}
