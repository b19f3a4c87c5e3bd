using System.Text.RegularExpressions;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Manifests.Yaml;

namespace OrleansRelease.Core.Manifests.Reading;

/// <summary>
/// Texts that other YAML readers take for something else when they are not quoted: <c>1.10</c> becomes 1.1, <c>no</c>
/// becomes false. Refused, so that a version means the same wherever its file is read.
/// </summary>
internal static partial class Quoted
{
    /// <summary>The text, refused when it is written so that it could be a number, a date or a truth value.</summary>
    public static string? Read(Field field, string code, string what)
    {
        if (field.IsNothing) return field.Scalar("text in quotes, such as \"1.10\"");
        if (field.Node is YamlNode.Scalar { Plain: true } plain && IsAmbiguous(plain.Text))
        {
            field.Report(code, $"{what}; without quotes this is a number, a date or a truth value",
                $"\"{plain.Text}\"");
            return null;
        }

        return field.Node is YamlNode.Scalar scalar ? scalar.Text : field.Scalar("text in quotes, such as \"1.10\"");
    }

    public static VersionName? Version(this Field field)
    {
        if (Read(field, ProblemCode.BadVersion, "a version is text") is not { } text) return null;
        if (VersionName.Parse(text) is { } version) return version;
        field.Report(ProblemCode.BadVersion, "this is not a version", VersionName.Shape);
        return null;
    }

    public static bool IsAmbiguous(string text) =>
        text.Length == 0 || Word().IsMatch(text) || Number().IsMatch(text) || Date().IsMatch(text);

    [GeneratedRegex(@"\A(~|null|y|n|yes|no|on|off|true|false|[-+]?\.inf|\.nan)\z", RegexOptions.IgnoreCase)]
    private static partial Regex Word();

    // Decimal, octal, hexadecimal, binary, with underscores, with an exponent, and numbers to the base of 60.
    [GeneratedRegex(
        @"\A[-+]?(0x[0-9a-f_]+|0o[0-7_]+|0b[01_]+|[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?"
        + @"|([0-9][0-9_]*\.?[0-9_]*|\.[0-9_]+)(e[-+]?[0-9]+)?)\z",
        RegexOptions.IgnoreCase)]
    private static partial Regex Number();

    [GeneratedRegex(@"\A[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)?\z")]
    private static partial Regex Date();
}
