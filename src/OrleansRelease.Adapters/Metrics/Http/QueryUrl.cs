using System.Globalization;
using System.Text.RegularExpressions;
using OrleansRelease.Core.Analysis;

namespace OrleansRelease.Adapters.Metrics.Http;

/// <summary>
/// A query as a URL relative to the connection's, with the window's words filled in, and the JSON pointer in its
/// fragment. It stays under the connection's URL, whatever is written in it.
/// </summary>
internal sealed partial record QueryUrl(Uri Url, string Pointer)
{
    public const int MaxLength = 4096;

    /// <summary>Null with a reason when the query is none.</summary>
    public static QueryUrl? Parse(Uri connection, string query, Window window, out string? problem)
    {
        problem = null;
        var text = Fill(query, window);
        var (relative, pointer) = text.Split('#', 2) is [var before, var after]
            ? (before, Uri.UnescapeDataString(after))
            : (text, "");
        var root = new Uri(connection.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/");
        if (root.Scheme is not ("http" or "https")) problem = $"{connection} is not an http or https address";
        else if (text.Length > MaxLength) problem = $"the query is longer than {MaxLength} characters";
        else if (Unfilled().Match(text) is { Success: true } word) problem = $"{word.Value} is not a word of a query";
        else if (relative.Any(c => c is '\\' or <= ' ' or (char)127) || HasDots(relative))
            problem = "the query must be a plain relative URL, without '..', '\\' or spaces";
        if (problem is not null) return null;
        if (Uri.TryCreate(root, relative, out var url) && IsUnder(root, url)) return new QueryUrl(url, pointer);
        problem = $"the query leaves {root}";
        return null;
    }

    private static string Fill(string query, Window window) => query
        .Replace("{{windowStart}}", Milliseconds(window.Start), StringComparison.Ordinal)
        .Replace("{{windowEnd}}", Milliseconds(window.End), StringComparison.Ordinal)
        .Replace("{{window}}", (window.End - window.Start).TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture),
            StringComparison.Ordinal);

    private static string Milliseconds(DateTimeOffset moment) =>
        moment.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);

    private static bool HasDots(string relative) =>
        Uri.UnescapeDataString(relative.Split('?', 2)[0]).Split('/').Contains("..");

    private static bool IsUnder(Uri root, Uri url) =>
        url.Scheme == root.Scheme && url.Host == root.Host && url.Port == root.Port && url.UserInfo == root.UserInfo
        && url.AbsolutePath.StartsWith(root.AbsolutePath, StringComparison.Ordinal);

    [GeneratedRegex(@"\{\{.*?\}\}|\{\{|\}\}")]
    private static partial Regex Unfilled();
}
