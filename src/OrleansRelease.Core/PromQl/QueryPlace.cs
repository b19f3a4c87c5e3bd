namespace OrleansRelease.Core.PromQl;

/// <summary>What a literal is for where it stands.</summary>
internal enum LiteralUse
{
    Text,
    Regex,

    /// <summary>What <c>label_replace</c> writes, in which a dollar sign names a group.</summary>
    Replacement,

    /// <summary>No literal: a value must only not end the line.</summary>
    Comment,
}

/// <summary>Follows a query from token to token, and knows what a literal that came next would be for.</summary>
internal sealed class QueryPlace
{
    private const int Replacement = 2;
    private const int Pattern = 4;

    /// <summary>The open brackets: of which function, and how many commas ago each began.</summary>
    private readonly Stack<(string Function, int Argument)> _open = new();

    private QueryToken _last;

    public LiteralUse Here =>
        _last.Is("=~") || _last.Is("!~") ? LiteralUse.Regex
        : !_open.TryPeek(out var call) || call.Function != "label_replace" ? LiteralUse.Text
        : call.Argument switch
        {
            Replacement => LiteralUse.Replacement,
            Pattern => LiteralUse.Regex,
            _ => LiteralUse.Text,
        };

    public void Pass(QueryToken token)
    {
        if (token.Kind == TokenKind.Blank) return;
        if (token.Kind == TokenKind.Symbol)
        {
            switch (token.Text)
            {
                case "(" or "{" or "[":
                    _open.Push((token.Text == "(" && _last.Kind == TokenKind.Word ? _last.Text : "", 0));
                    break;
                case ")" or "}" or "]":
                    _open.TryPop(out _);
                    break;
                case "," when _open.TryPop(out var call):
                    _open.Push((call.Function, call.Argument + 1));
                    break;
            }
        }

        _last = token;
    }
}
