using System.Globalization;
using System.Text.RegularExpressions;

namespace OrleansRelease.Core.Tests.PromQl;

/// <summary>
/// A second reading of literals, by the grammar alone and sharing nothing with the code: what they say, and the query
/// with a gap for each of them.
/// </summary>
internal static partial class Reread
{
    public static (string Gapped, IReadOnlyList<string> Said) Literals(string query)
    {
        var said = new List<string>();
        var gapped = Literal().Replace(query, match =>
        {
            if (match.Value[0] == '#') return "";
            said.Add(match.Value[0] == '`' ? match.Value[1..^1] : Decoded(match.Value[1..^1]));
            return "_";
        });
        return (gapped, said);
    }

    private static string Decoded(string text) => Escape().Replace(text, match => match.Value[1] switch
    {
        'n' => "\n",
        'r' => "\r",
        't' => "\t",
        'x' or 'u' => ((char)int.Parse(match.Value.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture))
            .ToString(),
        var c => c.ToString(),
    });

    [GeneratedRegex("""
        #[^\n\r]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`
        """)]
    private static partial Regex Literal();

    [GeneratedRegex(@"\\(?:x[0-9a-f]{2}|u[0-9a-f]{4}|.)")]
    private static partial Regex Escape();
}
