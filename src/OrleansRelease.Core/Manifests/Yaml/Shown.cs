using System.Globalization;
using System.Text;

namespace OrleansRelease.Core.Manifests.Yaml;

/// <summary>A foreign text on one line of a message: bounded, without control characters.</summary>
internal static class Shown
{
    public static string Of(string text)
    {
        var shown = new StringBuilder();
        foreach (var c in text.AsSpan(0, Math.Min(text.Length, YamlLimits.MaxShown)))
        {
            if (c == '\n') shown.Append("\\n");
            else if (char.IsControl(c) || char.IsSurrogate(c) || char.GetUnicodeCategory(c) == UnicodeCategory.Format)
                shown.Append('?');
            else shown.Append(c);
        }

        if (text.Length > YamlLimits.MaxShown) shown.Append('…');
        return shown.Length == 0 ? "nothing" : shown.ToString();
    }
}
