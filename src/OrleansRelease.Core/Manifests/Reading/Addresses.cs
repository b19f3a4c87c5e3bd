using System.Text.RegularExpressions;
using OrleansRelease.Core.Manifests.Resolving;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Manifests.Reading;

/// <summary>Absolute http addresses and paths, in which the slot's names may be filled in.</summary>
internal static partial class Addresses
{
    private const int MaxLength = 2048;

    /// <summary>The names of the slot.</summary>
    public static readonly IReadOnlyCollection<string> SlotWords = ["service", "environment"];

    public static string? Address(this Field field) => field.Address(SlotWords);

    /// <summary>
    /// An address in which these names may be filled in. Behind the host of one that people open stands what they like.
    /// </summary>
    public static string? Address(this Field field, IReadOnlyCollection<string> words, bool isOpened = false)
    {
        const string expected = "an address such as https://example.com/path";
        if (field.Scalar(expected) is not { } text || !Placeholders.Check(field, text, words)) return null;
        if ((isOpened ? HostOf(text) : text).Contains('@', StringComparison.Ordinal))
        {
            field.ReportKey(ProblemCode.BadSecret, "an address must not carry a name or password",
                "the address alone, and the secret as {env: NAME} or {file: PATH}");
            return null;
        }

        if (IsAddress(text)) return text;
        field.Report(ProblemCode.BadAddress, "this is not an absolute http address", expected);
        return null;
    }

    /// <summary>What stands between // and the next separator; empty where none does.</summary>
    public static string HostOf(string address) => Authority().Match(address).Groups["host"].Value;

    /// <summary>A path on a service.</summary>
    public static string? UrlPath(this Field field)
    {
        const string expected = "a path that begins with /, such as /healthz";
        if (field.Text(expected) is not { } text) return null;
        if (VersionEndpoint.IsPath(text)) return text;
        field.Report(ProblemCode.BadAddress, "this is not a path", expected);
        return null;
    }

    private static bool IsAddress(string text)
    {
        var filled = Template.Fill(text, _ => "x", value => value);
        return filled.Length <= MaxLength && !filled.Any(c => char.IsWhiteSpace(c) || char.IsControl(c))
            && HostOf(text).Length > 0 && !text.Contains('\\', StringComparison.Ordinal)
            && Uri.TryCreate(filled, UriKind.Absolute, out var uri)
            && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps);
    }

    // Others, such as https:/\host, are taken for the same by whoever opens them, and hide the host from who reads.
    [GeneratedRegex(@"\A[a-zA-Z]+://(?<host>[^/\\?#]+)")]
    private static partial Regex Authority();
}
