using System.Collections.Immutable;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Manifests.Reading;

/// <summary>The steps of a canary: one word each, in an order that makes sense.</summary>
internal static class StepReader
{
    private const int MaxSteps = 100;

    private const string Shape =
        "setWeight: PERCENT, pause: 10m, analysis: [NAME], hook: {name: NAME, …}, deploy: {} or verify: 10m";

    private static readonly string[] Words = ["setWeight", "pause", "analysis", "hook", "deploy", "verify"];

    public static ImmutableArray<StepSpec>? Read(Field field)
    {
        if (field.Items("a list of steps") is not { } items) return null;
        if (items.Count is 0 or > MaxSteps)
            field.Report(ProblemCode.BadStep, $"there are 1 to {MaxSteps} steps", "- setWeight: 5");
        var rising = new RisingWeights();
        var hooks = new HookNames();
        var steps = ImmutableArray.CreateBuilder<StepSpec>();
        for (var i = 0; i < items.Count; i++)
        {
            if (One(items[i], rising) is not { } step) continue;
            if (step is StepSpec.Hook hook) hooks.Check(items[i], hook.Name);
            if (step is StepSpec.Deploy && steps.Any(earlier => earlier is not StepSpec.Hook))
            {
                items[i].Report(ProblemCode.BadStep, "the version is deployed before anything else but hooks",
                    "deploy: {} first, or nowhere");
            }

            if (step is StepSpec.Analyse && !steps.Any(earlier => earlier is StepSpec.SetWeight))
            {
                items[i].Report(ProblemCode.BadStep, "before the first setWeight there is no request to judge",
                    "setWeight: 5 before it");
            }

            if (step is StepSpec.Verify && i < items.Count - 1)
            {
                items[i].Report(ProblemCode.BadStep, "after verify the version is stable, nothing can follow",
                    "verify as the last step");
            }

            steps.Add(step);
        }

        return steps.ToImmutable();
    }

    private static StepSpec? One(Field item, RisingWeights rising)
    {
        if (item.Object(Shape) is not { } fields) return null;
        var one = fields.OneOf(Words, ["approve"], Shape);
        fields.End();
        if (one is not var (word, step)) return null;
        switch (word)
        {
            case "setWeight":
                if (step.Weight() is not { } weight) return null;
                rising.Check(step, weight);
                return new StepSpec.SetWeight(weight);
            case "pause":
                return Pause(step);
            case "analysis":
                return Analysis(step);
            case "hook":
                return HookReader.Read(step);
            case "deploy":
                if (step.Object("deploy: {}") is { } none) none.End();
                return new StepSpec.Deploy();
            default:
                return step.Duration() is { } verify ? new StepSpec.Verify(verify) : null;
        }
    }

    private static StepSpec.Pause? Pause(Field field)
    {
        if (field.IsScalar) return field.Duration() is { } duration ? new StepSpec.Pause(duration) : null;
        if (field.Object("a duration such as 10m, or {} to wait for a person") is not { } fields) return null;
        var written = fields.Take("duration");
        fields.End();
        return new StepSpec.Pause(written?.Duration());
    }

    private static StepSpec.Analyse? Analysis(Field field)
    {
        if (AnalysisUses.Read(field) is not { } uses) return null;
        if (uses.IsEmpty) field.Report(ProblemCode.BadStep, "there is nothing to wait for", "analysis: [NAME]");
        return new StepSpec.Analyse(uses);
    }
}

/// <summary>A step forward sends more requests to the new version than the one before, never fewer.</summary>
internal sealed class RisingWeights
{
    private Weight _highest = Weight.None;

    public void Check(Field field, Weight weight)
    {
        if (weight > _highest) _highest = weight;
        else field.Report(ProblemCode.BadWeight, $"the weight before is {_highest} already", "a higher weight");
    }
}
