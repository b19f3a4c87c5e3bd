using System.Globalization;
using System.Text;

namespace OrleansRelease.Core.PromQl;

/// <summary>Values in string literals of PromQL, whose escapes are those of Go.</summary>
public static class QueryLiteral
{
    private const char Raw = '`';

    /// <summary>The letters behind a backslash, and beside each what it stands for.</summary>
    private const string Letters = "a\ab\bf\fn\nr\rt\tv\v";

    /// <summary>
    /// A value as a part of a literal between these quotes; null where such a literal cannot hold it. No part has two
    /// braces side by side or a brace at its ends, so none becomes a placeholder, whatever stands beside it.
    /// </summary>
    public static string? Escape(string value, char quote)
    {
        if (quote == Raw) return value.Any(c => c is Raw or '{' or '}') ? null : value;
        var escaped = new StringBuilder(value.Length + 8);
        foreach (var c in value)
        {
            if (c == '\\' || c == quote) escaped.Append('\\').Append(c);
            else if (c is '{' or '}' || (char.IsControl(c) && c < (char)128)) Hex(escaped, @"\x", "x2", c);
            else if (char.IsControl(c) || c is '\u2028' or '\u2029') Hex(escaped, @"\u", "x4", c);
            else escaped.Append(c);
        }

        return escaped.ToString();
    }

    /// <summary>A value as a part of a regular expression (RE2) that matches it and nothing else.</summary>
    public static string EscapeRegex(string value)
    {
        var escaped = new StringBuilder(value.Length + 8);
        foreach (var c in value)
        {
            // In hexadecimal what a raw literal could not hold.
            if (c is '{' or '}' or Raw) Hex(escaped, @"\x", "x2", c);
            else if (@"\.+*?()|[]^$-".Contains(c, StringComparison.Ordinal)) escaped.Append('\\').Append(c);
            else escaped.Append(c);
        }

        return escaped.ToString();
    }

    /// <summary>A value as a part of a replacement, in which <c>$1</c> would be a group.</summary>
    public static string EscapeReplacement(string value) => value.Replace("$", "$$", StringComparison.Ordinal);

    /// <summary>What a literal, with its quotes, says; null when it is none.</summary>
    public static string? Unescape(string literal)
    {
        if (literal.Length < 2 || literal[0] is not ('"' or '\'' or Raw) || literal[^1] != literal[0]) return null;
        if (literal[0] == Raw) return literal[1..^1];
        var said = new StringBuilder(literal.Length);
        for (var at = 1; at < literal.Length - 1;)
        {
            if (literal[at] != '\\') said.Append(literal[at++]);
            else if (Unescape(literal, ref at) is { } one) said.Append(one);
            else return null;
        }

        return said.ToString();
    }

    /// <summary>What the escape at this place stands for, and the place behind it; null when it is none.</summary>
    internal static string? Unescape(string text, ref int at)
    {
        if (at + 1 >= text.Length) return null;
        var c = text[at + 1];
        if (c is '\\' or '"' or '\'')
        {
            at += 2;
            return c.ToString();
        }

        if (char.IsAsciiLetter(c) && Letters.IndexOf(c, StringComparison.Ordinal) is >= 0 and var letter)
        {
            at += 2;
            return Letters[letter + 1].ToString();
        }

        var (skip, digits, style) = c switch
        {
            'x' => (2, 2, 16),
            'u' => (2, 4, 16),
            'U' => (2, 8, 16),
            >= '0' and <= '7' => (1, 3, 8),
            _ => (0, 0, 0),
        };
        if (digits == 0 || at + skip + digits > text.Length) return null;
        var number = Number(text.AsSpan(at + skip, digits), style);
        at += skip + digits;
        return Rune.IsValid(number) ? new Rune(number).ToString() : null;
    }

    private static int Number(ReadOnlySpan<char> digits, int style)
    {
        long number = 0;
        foreach (var digit in digits)
        {
            if (!char.IsAsciiHexDigit(digit) || (style == 8 && digit > '7')) return -1;
            number = (number * style) + Convert.ToInt32(digit.ToString(), 16);
        }

        return number > int.MaxValue ? -1 : (int)number;
    }

    private static void Hex(StringBuilder into, string before, string format, char c) =>
        into.Append(before).Append(((int)c).ToString(format, CultureInfo.InvariantCulture));
}
