using System.Collections.Immutable;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Manifests.Yaml;

namespace OrleansRelease.Core.Manifests.Reading;

/// <summary>Templates where they are used: <c>golden-signals</c>, or an object with arguments and overrides.</summary>
internal static class AnalysisUses
{
    private const int MaxTemplates = 20;

    private const string Shape = "a list of AnalysisTemplate names, such as [golden-signals]";

    public static ImmutableArray<AnalysisUse>? Read(Field? field)
    {
        if (field?.Items(Shape) is not { } items) return null;
        if (items.Count > MaxTemplates)
            field.ReportKey(ProblemCode.BadReference, $"more than {MaxTemplates} templates", "fewer");
        var uses = ImmutableArray.CreateBuilder<AnalysisUse>();
        foreach (var item in items)
        {
            if (ReadOne(item) is not { } use) continue;
            if (uses.Any(u => u.Template == use.Template))
                item.Report(ProblemCode.DuplicateName, $"{use.Template} is used twice here", "each template once");
            uses.Add(use);
        }

        return uses.ToImmutable();
    }

    private static AnalysisUse? ReadOne(Field field)
    {
        if (field.IsScalar) return Reference(field) is { } name ? new AnalysisUse(name) : null;
        if (field.Object("the name of an AnalysisTemplate, or {template: NAME}") is not { } fields) return null;
        var template = fields.Need("template", "template: NAME") is { } named ? Reference(named) : null;
        var use = new AnalysisUse(template ?? "", Args(fields.Take("args")), Overrides(fields.Take("metrics")));
        fields.End();
        return use;
    }

    private static string? Reference(Field field)
    {
        if (field.Scalar("the name of an AnalysisTemplate") is not { } text) return null;
        if (text.Split('/') is not [var template, _] || !Label.IsValid(template))
            return field.Name("the name of an AnalysisTemplate");
        field.Report(ProblemCode.BadReference, "this names one metric, a whole template is used here", template);
        return null;
    }

    /// <summary>Arguments are texts; a default may name the slot.</summary>
    public static ImmutableSortedDictionary<string, string>? Args(Field? field)
    {
        if (field?.Entries("arguments such as {job: \"{{service}}\"}") is not { } entries) return null;
        var args = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in entries)
        {
            if (!Label.IsValid(key) && !IsCamelCase(key))
            {
                value.ReportKey(ProblemCode.BadName, $"{Shown.Of(key)} is not an argument's name",
                    "letters and digits, such as job");
            }

            if (Quoted.Read(value, ProblemCode.BadText, "an argument is text") is not { } text) continue;
            if (Placeholders.Check(value, text, Queries.SlotWords)) args[key] = text;
        }

        return args.ToImmutable();
    }

    private static ImmutableSortedDictionary<string, MetricOverride>? Overrides(Field? field)
    {
        if (field?.Entries("metric names with what is different, such as {errors: {max: 2%}}") is not { } entries)
            return null;
        var overrides = ImmutableSortedDictionary.CreateBuilder<string, MetricOverride>(StringComparer.Ordinal);
        foreach (var (name, value) in entries)
        {
            if (!Label.IsValid(name))
                value.ReportKey(ProblemCode.BadName, $"{Shown.Of(name)} is not a metric's name", Label.Shape);
            if (value.Object("what is different, such as {max: 2%}") is not { } fields) continue;
            var compare = Comparing.Take(fields, null);
            overrides[name] = new MetricOverride(
                Limits.TakeThresholds(fields, null, isOneNumber: false), Limits.Take(fields),
                fields.Take("dryRun")?.Flag(), compare, LookingBack.Take(fields, null, compare));
            fields.End();
        }

        return overrides.ToImmutable();
    }

    private static bool IsCamelCase(string text) =>
        text.Length is > 0 and <= Label.MaxLength && char.IsAsciiLetter(text[0])
            && text.All(char.IsAsciiLetterOrDigit);
}
