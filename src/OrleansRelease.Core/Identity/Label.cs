using System.Text.RegularExpressions;

namespace OrleansRelease.Core.Identity;

/// <summary>The shapes of text that names are made of.</summary>
public static partial class Label
{
    public const int MaxLength = 63;

    public const string Shape = "an RFC 1123 label: lower-case letters, digits and '-', 63 characters at most";

    public static bool IsValid(string? text) => text is { Length: > 0 and <= MaxLength } && Rfc1123().IsMatch(text);

    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9]*[a-z0-9])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Rfc1123();
}
