namespace OrleansRelease.Core.PromQl;

/// <summary>What a piece of a query is.</summary>
public enum TokenKind
{
    /// <summary>Spaces, line ends and comments: nothing to the source.</summary>
    Blank,

    /// <summary>A metric, label, function or keyword.</summary>
    Word,

    /// <summary>A number or duration, and all else that begins with a digit.</summary>
    Number,

    /// <summary>A string literal with its quotes.</summary>
    Literal,

    /// <summary>A <c>{{name}}</c> outside of literals and comments.</summary>
    Placeholder,

    /// <summary>An operator, bracket or comma.</summary>
    Symbol,
}

/// <summary>A piece of a query as it was written; the texts of all pieces together are the query.</summary>
public readonly record struct QueryToken(TokenKind Kind, string Text)
{
    public bool IsComment => Kind == TokenKind.Blank && Text.StartsWith('#');

    public bool Is(string symbol) => Kind == TokenKind.Symbol && Text == symbol;

    /// <summary>Keywords of PromQL are the same in any case.</summary>
    public bool IsWord(string word) =>
        Kind == TokenKind.Word && string.Equals(Text, word, StringComparison.OrdinalIgnoreCase);
}
