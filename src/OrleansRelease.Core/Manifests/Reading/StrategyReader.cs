using System.Collections.Immutable;
using OrleansRelease.Core.Manifests.Yaml;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Manifests.Reading;

/// <summary>Kind Strategy, and strategies where they are used.</summary>
internal static class StrategyReader
{
    private const int MaxWeights = 100;

    private const string Shape = "canary: {weights: [5, 25, 50], each: 5m, verify: 10m} or allAtOnce: {}";

    private static readonly string[] NotYetBuiltIn = ["blue-green", "rolling"];

    public static StrategyChoice? Choice(Field? field)
    {
        if (field is null) return null;
        if (field.Node is YamlNode.Mapping)
        {
            return field.Object(Shape) is { } fields && Body(fields) is { } body
                ? new StrategyChoice.Written(body)
                : null;
        }

        if (field.Scalar("the name of a strategy, or " + Shape) is { } text && NotYetBuiltIn.Contains(text))
        {
            field.Report(ProblemCode.NotYetSupported, "this strategy is known and not yet supported by this version",
                "canary or all-at-once");
            return null;
        }

        if (!field.IsScalar || field.Name("the name of a strategy") is not { } name) return null;
        return new StrategyChoice.Named(name);
    }

    public static StrategyBody? Body(Fields fields)
    {
        var one = fields.OneOf(["canary", "allAtOnce"], ["blueGreen", "rolling"], Shape);
        fields.End();
        if (one is not var (name, strategy)) return null;
        var isCanary = name == "canary";
        if (strategy.Object(isCanary ? "{weights: [5, 25, 50], each: 5m}" : "{}") is not { } body) return null;
        return isCanary ? Canary(body) : AllAtOnce(body);
    }

    private static StrategyBody.AllAtOnce AllAtOnce(Fields fields)
    {
        var body = new StrategyBody.AllAtOnce
        {
            Analysis = AnalysisUses.Read(fields.Take("analysis")),
            Verify = fields.Take("verify")?.Duration(),
        };
        fields.End();
        return body;
    }

    private static StrategyBody.Canary Canary(Fields fields)
    {
        var analysis = AnalysisUses.Read(fields.Take("analysis"));
        var (steps, weights, each) = (fields.Take("steps"), fields.Take("weights"), fields.Take("each"));
        if (steps is not null && (weights ?? each) is { } other)
            other.ReportKey(ProblemCode.OneOf, "steps says it all", "either steps, or weights and each");
        if (weights is null && each is not null && steps is null)
            each.ReportKey(ProblemCode.MissingField, "each needs weights", "weights: [5, 25, 50] beside it");
        var verify = fields.Take("verify");
        var written = steps is null ? null : StepReader.Read(steps);
        if (verify is not null && written is { } list && list.Any(step => step is StepSpec.Verify))
            verify.ReportKey(ProblemCode.OneOf, "verify stands among the steps already", "one of the two");
        var body = new StrategyBody.Canary(written, Weights(weights), each?.Duration())
        {
            Analysis = analysis,
            Verify = verify?.Duration(),
        };
        Stickiness(fields.Take("stickiness"));
        fields.End();
        return body;
    }

    private static ImmutableArray<Weight>? Weights(Field? field)
    {
        if (field?.Items("weights such as [5, 25, 50]") is not { } items) return null;
        if (items.Count is 0 or > MaxWeights)
            field.Report(ProblemCode.BadWeight, $"there are 1 to {MaxWeights} weights", "weights such as [5, 25, 50]");
        var rising = new RisingWeights();
        var weights = ImmutableArray.CreateBuilder<Weight>();
        foreach (var item in items)
        {
            if (item.Weight() is not { } weight) continue;
            rising.Check(item, weight);
            weights.Add(weight);
        }

        return weights.ToImmutable();
    }

    // None is what happens today, so saying it is right; every other word would be a promise that nobody keeps.
    private static void Stickiness(Field? field)
    {
        if (field is not null && field.Node is not YamlNode.Scalar { Text: "none" })
            Fields.ReportNotYet(field, "stickiness: none, or the manifest without it");
    }

    /// <summary>Names that a Strategy cannot have, because they mean something already.</summary>
    public static bool IsBuiltIn(string name) => NotYetBuiltIn.Contains(name) || BuiltIn.Strategies.ContainsKey(name);

    /// <summary>Kind Strategy's spec.</summary>
    public static StrategyBody Spec(Fields fields) => Body(fields) ?? new StrategyBody.AllAtOnce();
}
