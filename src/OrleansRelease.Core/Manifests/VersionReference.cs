using System.Text.RegularExpressions;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Core.Manifests;

/// <summary>A version and, when it is known, the digest of its artifact: <c>VERSION[@DIGEST]</c>.</summary>
public sealed partial record VersionReference(VersionName Version, string? Digest)
{
    public const string Shape = "VERSION or VERSION@" + DigestShape;

    public const string DigestShape = "sha256: and 64 lower-case hexadecimal digits";

    /// <summary>The reference, or null when the text is none. A version may hold an @ of its own.</summary>
    public static VersionReference? Parse(string? text)
    {
        var at = text?.LastIndexOf("@sha256:", StringComparison.Ordinal) ?? -1;
        var (version, digest) = at < 0 ? (text, null) : (text![..at], text[(at + 1)..]);
        return VersionName.Parse(version) is { } name && (digest is null || IsDigest(digest))
            ? new VersionReference(name, digest)
            : null;
    }

    public static bool IsDigest(string text) => DigestText().IsMatch(text);

    public override string ToString() => Digest is null ? Version.ToString() : $"{Version}@{Digest}";

    [GeneratedRegex(@"\Asha256:[0-9a-f]{64}\z")]
    private static partial Regex DigestText();
}
