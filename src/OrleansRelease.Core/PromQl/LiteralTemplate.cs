using System.Text;
using System.Text.RegularExpressions;

namespace OrleansRelease.Core.PromQl;

/// <summary>One string literal, or comment, with its placeholders.</summary>
internal sealed partial class LiteralTemplate(string literal, LiteralUse use, Func<string, string?> valueOf)
{
    private readonly StringBuilder _filled = new();

    /// <summary>What the author's own text says so far, for what it makes of a value behind it.</summary>
    private readonly StringBuilder _said = new();

    public (string? Text, string? Problem) Fill()
    {
        // Between the quotes and beside them: what stands there is text to the scanner, so it has no placeholder.
        for (var at = 0; at < literal.Length;)
        {
            if (QueryScanner.IsPlaceholder(literal, at))
            {
                var end = QueryScanner.AfterPlaceholder(literal, at);
                if (Place(literal[at..end], IsRepeated(end)) is { } problem) return (null, problem);
                at = end;
                continue;
            }

            if (Copy(ref at) is { } wrong) return (null, wrong);
        }

        return (_filled.ToString(), null);
    }

    private string? Copy(ref int at)
    {
        var from = at;
        if (literal[at] != '\\' || literal[0] == '`' || use == LiteralUse.Comment)
        {
            _said.Append(literal[at++]);
        }
        else
        {
            // A value behind half an escape would be its other half.
            var said = QueryLiteral.Unescape(literal, ref at);
            if (said is null || literal[from..at].Contains("{{", StringComparison.Ordinal))
                return $"a backslash in {literal} begins no escape, of which there are those of Go";
            _said.Append(said);
        }

        _filled.Append(literal, from, at - from);
        return null;
    }

    // What repeats one element would repeat the last character of a value.
    private bool IsRepeated(int at)
    {
        if (use != LiteralUse.Regex || at >= literal.Length - 1 || QueryScanner.IsPlaceholder(literal, at))
            return false;
        var next = literal[at] == '\\' && literal[0] != '`'
            ? QueryLiteral.Unescape(literal, ref at)
            : literal[at].ToString();
        return next is "*" or "+" or "?" or "{";
    }

    private string? Place(string placeholder, bool isRepeated)
    {
        if (valueOf(placeholder[2..^2]) is not { } value)
        {
            _filled.Append(placeholder);
            return null;
        }

        if (use == LiteralUse.Regex && TakesPart().IsMatch(_said.ToString()))
            return $"{placeholder} in {literal} is a part of another element of its regular expression";
        if (use == LiteralUse.Replacement && NamesGroup().IsMatch(_said.ToString()))
            return $"{placeholder} in {literal} is a part of the name of a group";
        var meant = use switch
        {
            LiteralUse.Regex when isRepeated => $"(?:{QueryLiteral.EscapeRegex(value)})",
            LiteralUse.Regex => QueryLiteral.EscapeRegex(value),
            LiteralUse.Replacement => QueryLiteral.EscapeReplacement(value),
            _ => value,
        };
        var quote = use == LiteralUse.Comment ? '"' : literal[0];
        if (QueryLiteral.Escape(meant, quote) is not { } escaped)
            return $"{literal} is in backticks, which cannot hold '{value}': use double quotes";
        _filled.Append(escaped);
        _said.Append('x');
        return null;
    }

    /// <summary>
    /// Half an escape, a count in braces, a set of characters, flags or the name of a group, or everything behind
    /// <c>\Q</c>: there the text of a value would not match itself.
    /// </summary>
    [GeneratedRegex(
        @"(?<!\\)(?:\\\\)*\\([xpP]?|x[0-9a-fA-F]|[xpP]\{[^}]*|[0-7]{1,2})\z"
        + @"|(?<!\\)(?:\\\\)*(\{[^}]*|\(\?[^:)>]*|\[\^?\]?(\[:\^?\w+:\]|\\.|[^\]\\])*)\z|\\Q",
        RegexOptions.ExplicitCapture)]
    private static partial Regex TakesPart();

    /// <summary>Behind a dollar sign, of which two are one of the text, and the letters that go on from it.</summary>
    [GeneratedRegex(@"(?<!\$)(\$\$)*\$(\w*|\{[^}]*)\z", RegexOptions.ExplicitCapture)]
    private static partial Regex NamesGroup();
}
