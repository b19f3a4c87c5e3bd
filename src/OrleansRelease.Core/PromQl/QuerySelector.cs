using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace OrleansRelease.Core.PromQl;

/// <summary>One condition on a label; <see cref="Operator"/> is one of <c>= != =~ !~</c>.</summary>
public readonly record struct LabelMatcher(string Label, string Operator, string Value)
{
    /// <summary>
    /// Whether a series without the label is left out: what it has instead is <c>""</c>. Of an expression that cannot
    /// be read here nothing is said.
    /// </summary>
    public bool NeedsLabel => Operator switch
    {
        "=" => Value.Length > 0,
        "!=" => Value.Length == 0,
        "=~" => MatchesEmpty() == false,
        _ => MatchesEmpty() == true,
    };

    /// <summary>As it is written in a query.</summary>
    public override string ToString() => $"{Label}{Operator}\"{QueryLiteral.Escape(Value, '"')}\"";

    private bool? MatchesEmpty()
    {
        try
        {
            return Regex.IsMatch("", $@"\A(?:{Value})\z", RegexOptions.NonBacktracking);
        }
        catch (Exception unreadable) when (unreadable is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }
}

/// <summary>
/// One selection of series in a query. <see cref="Metric"/> is null where no single name is said, and
/// <see cref="Text"/> is the selection alone, without range or offset.
/// </summary>
public sealed record QuerySelector(string? Metric, ImmutableArray<LabelMatcher> Matchers, string Text)
{
    private const string NameLabel = "__name__";

    private static readonly string[] TargetLabels = ["job", "instance"];

    /// <summary>By which targets it is counted: <c>job</c> and <c>instance</c>, where they are said.</summary>
    public ImmutableArray<LabelMatcher> OfTargets { get; } =
        [.. Matchers.Where(one => one.Operator == "=" && TargetLabels.Contains(one.Label))];

    /// <summary>All series of a metric that these targets have.</summary>
    public static string Named(string metric, IEnumerable<LabelMatcher> targets) =>
        $"{{{string.Join(',', targets.Prepend(new LabelMatcher(NameLabel, "=", metric)))}}}";

    /// <summary>Every selection of series in a query, in order.</summary>
    public static ImmutableArray<QuerySelector> AllOf(string query)
    {
        var tokens = QueryScanner.Meaningful(query);
        var found = ImmutableArray.CreateBuilder<QuerySelector>();
        for (var at = 0; at < tokens.Length;)
        {
            var token = tokens[at];
            if (token.Is("[")) at = Behind(tokens, at, "]");
            else if (IsListOfLabels(tokens, at)) at = Behind(tokens, at + 1, ")");
            else if (token.Is("{") || IsMetric(tokens, at)) found.Add(Read(tokens, ref at));
            else at++;
        }

        return found.ToImmutable();
    }

    private static bool IsListOfLabels(ImmutableArray<QueryToken> tokens, int at) =>
        tokens[at].Kind == TokenKind.Word && QueryWords.BeforeLabels.Contains(tokens[at].Text)
        && IsAt(tokens, at + 1, "(");

    private static bool IsMetric(ImmutableArray<QueryToken> tokens, int at) =>
        tokens[at].Kind == TokenKind.Word && !IsAt(tokens, at + 1, "(") && !QueryWords.IsReserved(tokens[at].Text);

    private static QuerySelector Read(ImmutableArray<QueryToken> tokens, ref int at)
    {
        var from = at;
        var metric = tokens[at].Kind == TokenKind.Word ? tokens[at++].Text : null;
        var matchers = ImmutableArray.CreateBuilder<LabelMatcher>();
        if (IsAt(tokens, at, "{"))
        {
            var end = Behind(tokens, at, "}");
            for (at++; at < end; at++)
            {
                // A quoted name without a value is the metric's own.
                if (at + 2 < end && IsOperator(tokens[at + 1]) && tokens[at + 2].Kind == TokenKind.Literal)
                {
                    matchers.Add(new LabelMatcher(Said(tokens[at]), tokens[at + 1].Text, Said(tokens[at + 2])));
                    at += 2;
                }
                else if (tokens[at].Kind == TokenKind.Literal)
                {
                    metric ??= Said(tokens[at]);
                }
            }

            at = end;
        }

        metric ??= matchers.FirstOrDefault(matcher => matcher is { Label: NameLabel, Operator: "=" }).Value;
        matchers.RemoveAll(matcher => matcher.Label == NameLabel);
        var text = string.Concat(tokens[from..at].Select(token => token.Text));
        return new QuerySelector(string.IsNullOrEmpty(metric) ? null : metric, matchers.ToImmutable(), text);
    }

    private static string Said(QueryToken token) =>
        token.Kind == TokenKind.Literal ? QueryLiteral.Unescape(token.Text) ?? token.Text : token.Text;

    private static bool IsOperator(QueryToken token) =>
        token.Is("=") || token.Is("!=") || token.Is("=~") || token.Is("!~");

    private static bool IsAt(ImmutableArray<QueryToken> tokens, int at, string symbol) =>
        at < tokens.Length && tokens[at].Is(symbol);

    private static int Behind(ImmutableArray<QueryToken> tokens, int at, string symbol)
    {
        while (at < tokens.Length && !tokens[at].Is(symbol)) at++;
        return Math.Min(at + 1, tokens.Length);
    }
}
