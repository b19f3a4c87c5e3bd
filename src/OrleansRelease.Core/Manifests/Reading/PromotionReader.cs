using System.Collections.Immutable;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Core.Manifests.Reading;

/// <summary>What comes before an environment, on the way of every release.</summary>
internal static class PromotionReader
{
    private const int Most = 20;

    private const string Shape = "a list of environments, such as [{environment: staging, soak: 2h}]";

    public static ImmutableArray<PromotionRule>? After(Field? field)
    {
        if (field?.Items(Shape) is not { } items) return null;
        if (items.Count > Most) field.ReportKey(ProblemCode.BadReference, $"more than {Most} environments", "fewer");
        var rules = ImmutableArray.CreateBuilder<PromotionRule>();
        foreach (var item in items)
        {
            if (Rule(item) is not { } rule) continue;
            if (rules.Any(known => known.Environment == rule.Environment))
                item.Report(ProblemCode.DuplicateName, $"{rule.Environment} stands here twice", "each only once");
            rules.Add(rule);
        }

        return rules.ToImmutable();
    }

    private static PromotionRule? Rule(Field field)
    {
        const string shape = "the name of an environment, or {environment: staging, soak: 2h}";
        const string name = "the name of an environment";
        if (field.IsScalar) return field.Name<EnvironmentName>(name) is { } plain ? new PromotionRule(plain) : null;
        if (field.Object(shape) is not { } fields) return null;
        var environment = fields.Need("environment", "environment: NAME")?.Name<EnvironmentName>(name);
        var soak = fields.Take("soak")?.Duration();
        fields.End();
        return environment is { } there ? new PromotionRule(there, soak) : null;
    }
}
