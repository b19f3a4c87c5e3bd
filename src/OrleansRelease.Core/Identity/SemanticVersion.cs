using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace OrleansRelease.Core.Identity;

/// <summary>
/// A version by the rules of semver.org 2.0.0, for the places where versions are compared; everywhere else they are
/// text.
/// </summary>
public sealed partial class SemanticVersion
{
    public const string Shape = "MAJOR.MINOR.PATCH, such as 1.9.0 or 2.0.0-rc.1";

    private readonly ImmutableArray<string> _numbers;
    private readonly ImmutableArray<string> _before;

    private SemanticVersion(ImmutableArray<string> numbers, ImmutableArray<string> before) =>
        (_numbers, _before) = (numbers, before);

    /// <summary>The version, or null when the text is none by these rules, as <c>v1.9.0</c> and <c>1.9</c>.</summary>
    public static SemanticVersion? Parse(string? text)
    {
        var match = Whole().Match(text ?? "");
        if (!match.Success) return null;
        var before = match.Groups["before"];
        return new(
            [match.Groups["major"].Value, match.Groups["minor"].Value, match.Groups["patch"].Value],
            before.Success ? [.. before.Value.Split('.')] : []);
    }

    public static SemanticVersion? Of(VersionName? version) => Parse(version?.ToString());

    public bool IsAtLeast(SemanticVersion least) => Compare(this, least) >= 0;

    /// <summary>By precedence: what stands behind a plus counts for nothing.</summary>
    public static int Compare(SemanticVersion one, SemanticVersion other)
    {
        var numbers = FirstDifference(one._numbers, other._numbers, Numbers);
        if (numbers != 0) return numbers;
        // A release comes after everything that led to it.
        if (one._before.IsEmpty || other._before.IsEmpty) return one._before.IsEmpty.CompareTo(other._before.IsEmpty);
        var before = FirstDifference(one._before, other._before, Identifiers);
        return before != 0 ? before : one._before.Length.CompareTo(other._before.Length);
    }

    private static int FirstDifference(
        ImmutableArray<string> one, ImmutableArray<string> other, Func<string, string, int> compare) =>
        one.Zip(other, compare).FirstOrDefault(difference => difference != 0);

    private static int Identifiers(string one, string other) => (IsNumber(one), IsNumber(other)) switch
    {
        (true, true) => Numbers(one, other),
        (true, false) => -1,
        (false, true) => 1,
        _ => string.CompareOrdinal(one, other),
    };

    // Without leading zeros the longer number is the greater one, whatever its length.
    private static int Numbers(string one, string other) => one.Length != other.Length
        ? one.Length.CompareTo(other.Length)
        : string.CompareOrdinal(one, other);

    private static bool IsNumber(string identifier) => identifier.All(char.IsAsciiDigit);

    [GeneratedRegex(
        @"\A(?<major>0|[1-9][0-9]*)\.(?<minor>0|[1-9][0-9]*)\.(?<patch>0|[1-9][0-9]*)"
        + @"(-(?<before>(0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
        + @"(\.(0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*))*))?"
        + @"(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?\z",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Whole();
}
