using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace OrleansRelease.Core.Manifests.Resolving;

/// <summary>
/// Fills names into an address that people open. A value that is all of a path segment, or all of a parameter, is
/// escaped as an address has it, whatever it says. Anywhere else it is a part of a text whose language is not known
/// here (a query of logs within JSON, within an address): there only a plain value stands, which says the same in all
/// of them.
/// </summary>
internal static partial class LinkTemplate
{
    /// <summary>In characters: it is on record wherever something fails.</summary>
    public const int MaxLength = 4096;

    private const string Open = "{{";

    private const string Close = "}}";

    /// <returns>The address, or why it cannot be made; a null value leaves the placeholder.</returns>
    public static (string? Link, string? Problem) Fill(string text, Func<string, string?> valueOf)
    {
        var filled = new StringBuilder(text.Length + 64);
        var from = 0;
        for (var at = Find(text, Open, 0); at >= 0; at = Find(text, Open, from))
        {
            var end = Find(text, Close, at + Open.Length);
            if (end < 0) break;
            var next = end + Close.Length;
            var value = valueOf(text[(at + Open.Length)..end]);
            if (value is not null && !Plain().IsMatch(value) && !(IsWhole(text[..at], text[next..]) && !IsDots(value)))
            {
                return (null,
                    $"{text[at..next]} is a part of a larger text in it, which '{value}' could change: only letters, "
                    + "digits and . _ - + are filled in there");
            }

            filled.Append(text, from, at - from)
                .Append(value is null ? text[at..next] : Uri.EscapeDataString(value));
            from = next;
        }

        filled.Append(text, from, text.Length - from);
        return filled.Length <= MaxLength
            ? (filled.ToString(), null)
            : (null, string.Create(CultureInfo.InvariantCulture, $"it would be longer than {MaxLength} characters"));
    }

    private static bool IsWhole(string before, string behind) =>
        (Segment().IsMatch(before) && (behind.Length == 0 || behind[0] is '/' or '?' or '#'))
        || (Parameter().IsMatch(before) && (behind.Length == 0 || behind[0] is '&' or '#'));

    // A segment of dots alone is a step up.
    private static bool IsDots(string value) => value.All(c => c == '.');

    private static int Find(string text, string what, int from) => text.IndexOf(what, from, StringComparison.Ordinal);

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._+-]*\z")]
    private static partial Regex Plain();

    [GeneratedRegex(@"\A[a-z]+://[^?#]*/\z", RegexOptions.IgnoreCase)]
    private static partial Regex Segment();

    [GeneratedRegex(@"\A[^?#]*\?([^#]*&)?[A-Za-z0-9._-]+=\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Parameter();
}
