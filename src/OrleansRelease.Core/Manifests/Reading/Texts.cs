using OrleansRelease.Core.Identity;

namespace OrleansRelease.Core.Manifests.Reading;

/// <summary>Texts, names and references.</summary>
internal static class Texts
{
    private const int MaxLength = 4096;

    /// <summary>One line of text in which nothing is filled in.</summary>
    public static string? Text(this Field field, string expected, int longest = MaxLength)
    {
        if (field.Scalar(expected) is not { } text) return null;
        if (text.Length is 0 || text.Length > longest || text.Any(char.IsControl) || text.Trim().Length != text.Length)
        {
            field.Report(ProblemCode.BadText, $"this must be one line of 1 to {longest} characters", expected);
            return null;
        }

        if (!text.Contains("{{", StringComparison.Ordinal)) return text;
        field.Report(ProblemCode.BadPlaceholder,
            "placeholders are filled in only inside queries, addresses and commands", expected);
        return null;
    }

    /// <summary>A name, of this thing or of another one.</summary>
    public static string? Name(this Field field, string what)
    {
        var expected = $"{what}, {Label.Shape}";
        if (field.Scalar(expected) is not { } text) return null;
        if (Label.IsValid(text)) return text;
        field.Report(ProblemCode.BadName, "this is not a name", Repaired(text) is { } right ? right : expected);
        return null;
    }

    public static T? Name<T>(this Field field, string what)
        where T : struct, IName<T> => field.Name(what) is { } text ? T.Parse(text) : null;

    /// <summary>One of a few words, as people write them in camelCase.</summary>
    public static T? Choice<T>(this Field field)
        where T : struct, Enum
    {
        var words = Enum.GetNames<T>().Select(ToWord).ToList();
        var expected = "one of " + string.Join(", ", words);
        if (field.Scalar(expected) is not { } text) return null;
        var at = words.IndexOf(text);
        if (at >= 0) return Enum.GetValues<T>()[at];
        field.Report(ProblemCode.BadChoice, "this word is not known here", field.Nearest(text, words) ?? expected);
        return null;
    }

    /// <summary>What people write for a value of an enumeration.</summary>
    public static string ToWord(string name) => char.ToLowerInvariant(name[0]) + name[1..];

    /// <summary>The name that was probably meant.</summary>
    private static string? Repaired(string text)
    {
        if (text.Length is 0 or > Label.MaxLength) return null;
        var folded = new string(
            [.. text.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')]).Trim('-');
        return Label.IsValid(folded) ? folded : null;
    }
}
