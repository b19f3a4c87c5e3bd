using System.Diagnostics;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Manifests.Writing;

/// <summary>Kind Strategy in the long form.</summary>
internal static class StrategyForm
{
    public static TextNode? Of(StrategyChoice? choice) => choice switch
    {
        null => null,
        StrategyChoice.Named named => new TextNode.Scalar(named.Name),
        StrategyChoice.Written written => Of(written.Body),
        _ => throw new UnreachableException(),
    };

    public static TextNode Of(StrategyBody body) => body switch
    {
        StrategyBody.Canary canary => new MapBuilder().Add("canary", new MapBuilder()
            .AddList("analysis", canary.Analysis, AnalysisForm.Use)
            .AddList("steps", canary.Steps, Step)
            .AddList("weights", canary.Weights, WeightNode)
            .Add("each", canary.Each)
            .Add("verify", canary.Verify)
            .ToMap()).ToMap(),
        StrategyBody.AllAtOnce all => new MapBuilder().Add("allAtOnce", new MapBuilder()
            .AddList("analysis", all.Analysis, AnalysisForm.Use)
            .Add("verify", all.Verify)
            .ToMap()).ToMap(),
        _ => throw new UnreachableException(),
    };

    private static TextNode Step(StepSpec step) => step switch
    {
        StepSpec.Deploy => new MapBuilder().Add("deploy", new MapBuilder().ToMap()).ToMap(),
        StepSpec.SetWeight set => new MapBuilder().Add("setWeight", WeightNode(set.Weight)).ToMap(),
        StepSpec.Pause pause => new MapBuilder()
            .Add("pause", new MapBuilder().Add("duration", pause.Duration).ToMap()).ToMap(),
        StepSpec.Analyse analyse => new MapBuilder()
            .AddList<AnalysisUse>("analysis", analyse.Templates, AnalysisForm.Use).ToMap(),
        StepSpec.Hook hook => new MapBuilder().Add("hook", Hook(hook)).ToMap(),
        StepSpec.Verify verify => new MapBuilder().Add("verify", verify.Duration).ToMap(),
        _ => throw new UnreachableException(),
    };

    private static TextNode.Map Hook(StepSpec.Hook hook) => EnvironmentForm.Retry(
        new MapBuilder()
            .Add("name", hook.Name)
            .Add("url", hook.Url)
            .Add("key", EnvironmentForm.Secret(hook.Key))
            .Add("storesFences", hook.StoresFences),
        hook.Retry ?? new RetrySpec())
        .Add("undo", hook.Undo is not { } undo ? null : EnvironmentForm.Retry(
            new MapBuilder().Add("url", undo.Url), undo.Retry ?? new RetrySpec()).ToMap())
        .ToMap();

    private static TextNode.Scalar WeightNode(Weight weight) => new(WeightText.Of(weight), IsWord: true);
}
