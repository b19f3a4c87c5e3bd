using System.Text.RegularExpressions;
using OrleansRelease.Core.Manifests.Yaml;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Manifests.Reading;

/// <summary>Secrets by reference. What was written instead may be the secret itself, so it is never shown.</summary>
internal static partial class Secrets
{
    private const string Shape = "{env: NAME} or {file: /absolute/path}";

    public static SecretRef? Secret(this Field field)
    {
        if (field.Node is not YamlNode.Mapping mapping)
        {
            if (field.Node is not YamlNode.Refused)
                field.ReportKey(ProblemCode.BadSecret, "a secret is never written into a manifest", Shape);
            return null;
        }

        var fields = new Fields(field, mapping);
        var one = fields.OneOf(["env", "file"], [], Shape);
        fields.End();
        if (one is not var (name, place) || place.Scalar(Shape) is not { } text) return null;
        if (name == "env")
        {
            if (Variable().IsMatch(text)) return new SecretRef(text, null);
            place.ReportKey(ProblemCode.BadSecret, "this is not the name of an environment variable", "{env: NAME}");
            return null;
        }

        if (text.StartsWith('/') && text.Length <= 1024 && !text.Any(char.IsControl)) return new SecretRef(null, text);
        place.ReportKey(ProblemCode.BadSecret, "this is not an absolute path", "{file: /absolute/path}");
        return null;
    }

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]{0,127}\z")]
    private static partial Regex Variable();
}
