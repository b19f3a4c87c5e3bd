using System.Text;

namespace OrleansRelease.Core.Manifests.Resolving;

/// <summary>Text with <c>{{name}}</c> in it: names only, no functions.</summary>
internal static class Template
{
    private const string Open = "{{";
    private const string Close = "}}";

    /// <summary>The names in the text, in order; the last one is null when a placeholder is not closed.</summary>
    public static IEnumerable<string?> Names(string text)
    {
        for (var at = Find(text, Open, 0); at >= 0; at = Find(text, Open, at))
        {
            var end = Find(text, Close, at + Open.Length);
            yield return end < 0 ? null : text[(at + Open.Length)..end];
            if (end < 0) yield break;
            at = end + Close.Length;
        }
    }

    /// <summary>
    /// The text with every name filled in and escaped. What was filled in is not read again, so a value that looks
    /// like a placeholder stays a value. A null value leaves the placeholder for whoever comes later.
    /// </summary>
    public static string Fill(string text, Func<string, string?> valueOf, Func<string, string> escape)
    {
        var filled = new StringBuilder();
        var from = 0;
        for (var at = Find(text, Open, 0); at >= 0; at = Find(text, Open, from))
        {
            var end = Find(text, Close, at + Open.Length);
            if (end < 0) break;
            var value = valueOf(text[(at + Open.Length)..end]);
            var next = end + Close.Length;
            filled.Append(text, from, at - from).Append(value is null ? text[at..next] : escape(value));
            from = next;
        }

        return filled.Append(text, from, text.Length - from).ToString();
    }

    private static int Find(string text, string what, int from) => text.IndexOf(what, from, StringComparison.Ordinal);
}
