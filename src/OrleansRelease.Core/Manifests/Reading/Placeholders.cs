using OrleansRelease.Core.Manifests.Resolving;

namespace OrleansRelease.Core.Manifests.Reading;

/// <summary>Placeholders are names from a list; there are no expressions.</summary>
internal static class Placeholders
{
    /// <summary>False when one of the text's placeholders is not on the list; each such one is reported.</summary>
    public static bool Check(Field field, string text, IReadOnlyCollection<string> allowed)
    {
        var expected = allowed.Count == 0
            ? "text without placeholders"
            : "one of " + string.Join(", ", allowed.Select(name => $"{{{{{name}}}}}"));
        var clean = true;
        foreach (var name in Template.Names(text))
        {
            if (name is not null && allowed.Contains(name)) continue;
            clean = false;
            if (name is null) field.Report(ProblemCode.BadPlaceholder, "a placeholder is not closed by }}", expected);
            else field.Report(ProblemCode.BadPlaceholder, Reason(name), Meant(field, name, allowed) ?? expected);
        }

        return clean;
    }

    private static string Reason(string name) => Yaml.Shown.Of($"{{{{{name}}}}}") + (
        name.Any(c => c is '|' or '(' or '+' or '?' or '"') ? " is an expression, only names are filled in"
        : name.Trim() != name ? " has spaces around its name"
        : " is not known here");

    private static string? Meant(Field field, string name, IReadOnlyCollection<string> allowed)
    {
        var bare = name.Trim().TrimStart('.');
        var meant = allowed.Contains(bare) ? bare : field.Nearest(bare, allowed);
        return meant is null ? null : $"{{{{{meant}}}}}";
    }
}
