using System.Collections.Immutable;
using System.Text.RegularExpressions;
using OrleansRelease.Core.Manifests.Yaml;

namespace OrleansRelease.Core.Manifests.Reading;

/// <summary>Labels, with the keys and values that Kubernetes allows.</summary>
internal static partial class Labels
{
    private const int MaxLabels = 64;

    private const string Shape = "labels such as {domain: shop, tier: \"1\"}";

    public static ImmutableSortedDictionary<string, string>? Read(Field field)
    {
        if (field.Entries(Shape) is not { } entries) return null;
        if (entries.Count > MaxLabels)
            field.ReportKey(ProblemCode.BadLabel, $"more than {MaxLabels} labels", "fewer labels");
        var labels = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in entries)
        {
            if (!Key().IsMatch(key))
            {
                value.ReportKey(ProblemCode.BadLabel, $"{Shown.Of(key)} is not a label's key",
                    "letters, digits, '-', '_' and '.', 63 at most, with an optional domain/ before it");
            }

            if (Quoted.Read(value, ProblemCode.BadLabel, "a label's value is text") is not { } text) continue;
            labels[key] = text;
            if (Value().IsMatch(text)) continue;
            value.Report(ProblemCode.BadLabel, "this is not a label's value",
                "letters, digits, '-', '_' and '.', 63 at most");
        }

        return labels.ToImmutable();
    }

    [GeneratedRegex(@"\A([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?\z")]
    private static partial Regex Key();

    [GeneratedRegex(@"\A([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?\z")]
    private static partial Regex Value();
}
