using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using OrleansRelease.Core.Json;

namespace OrleansRelease.Core.Identity;

/// <summary>The name of a release; unlike other names it may have dots, as <c>shop-2026.11.3</c> has.</summary>
[JsonConverter(typeof(NameConverter<ReleaseName>))]
public readonly partial record struct ReleaseName : IName<ReleaseName>
{
    private readonly string? _text;

    private ReleaseName(string text) => _text = text;

    public static string Shape =>
        "an RFC 1123 name: lower-case letters, digits, '-' and single '.' between them, 63 characters at most";

    public static ReleaseName? Parse(string? text) =>
        text is { Length: > 0 and <= Label.MaxLength } && Rfc1123().IsMatch(text) ? new ReleaseName(text) : null;

    public static ReleaseName From(string? text) => NameText.From<ReleaseName>(text);

    public override string ToString() => _text ?? "";

    [GeneratedRegex(
        @"\A[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Rfc1123();
}
