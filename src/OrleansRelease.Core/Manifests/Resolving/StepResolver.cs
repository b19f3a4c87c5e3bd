using System.Collections.Immutable;
using System.Diagnostics;
using OrleansRelease.Core.Manifests.Writing;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Manifests.Resolving;

/// <summary>Writes out the steps of a strategy: what is implied is implied here and nowhere else.</summary>
internal sealed class StepResolver(MetricResolver metrics, Ledger ledger, Fill fill)
{
    private const string Path = "strategy.steps";

    public ImmutableArray<Step> Resolve(StrategyBody body, string origin)
    {
        var written = body switch
        {
            StrategyBody.Canary canary => FromCanary(canary, origin),
            StrategyBody.AllAtOnce => [],
            _ => throw new UnreachableException(),
        };
        var steps = ImmutableArray.CreateBuilder<Step>();
        if (!written.Any(w => w.Step is StepSpec.Deploy))
            written.Insert(0, (new StepSpec.Deploy(), Ledger.BuiltInOrigin));
        var verify = written[^1].Step is StepSpec.Verify ? written[^1] : ImpliedVerify(body, origin);
        written.Remove(verify);
        // A verify that stands among the steps still comes after all requests are on the new version.
        if (written.Select(w => w.Step).OfType<StepSpec.SetWeight>().LastOrDefault()?.Weight != Weight.All)
            written.Add((new StepSpec.SetWeight(Weight.All), Ledger.BuiltInOrigin));
        foreach (var (step, stepOrigin) in written.Append(verify)) steps.Add(One(step, stepOrigin, steps.Count));
        return steps.ToImmutable();
    }

    private static List<(StepSpec Step, string Origin)> FromCanary(StrategyBody.Canary canary, string origin)
    {
        if (canary.Steps is { } steps) return [.. steps.Select(step => (step, origin))];
        var (weights, weightOrigin) = canary.Weights is { } said
            ? (said, origin)
            : (BuiltIn.Weights, Ledger.BuiltInOrigin);
        var (each, eachOrigin) = canary.Each is { } pause ? (pause, origin) : (BuiltIn.Each, Ledger.BuiltInOrigin);
        return
        [
            .. weights.SelectMany<Weight, (StepSpec, string)>(weight =>
                [(new StepSpec.SetWeight(weight), weightOrigin), (new StepSpec.Pause(each), eachOrigin)]),
        ];
    }

    private static (StepSpec Step, string Origin) ImpliedVerify(StrategyBody body, string origin) =>
        body.Verify is { } said
            ? (new StepSpec.Verify(said), origin)
            : (new StepSpec.Verify(BuiltIn.Verify), Ledger.BuiltInOrigin);

    private Step One(StepSpec step, string origin, int index)
    {
        var path = $"{Path}[{index}]";
        switch (step)
        {
            case StepSpec.Deploy:
                ledger.Note($"{path}.deploy", "{}", origin);
                return new Step.Deploy();
            case StepSpec.SetWeight set:
                ledger.Note($"{path}.setWeight", WeightText.Of(set.Weight), origin);
                return new Step.SetWeight(set.Weight);
            case StepSpec.Pause pause:
                ledger.Note(
                    pause.Duration is null ? $"{path}.pause" : $"{path}.pause.duration",
                    pause.Duration is { } said ? Duration.Format(said) : "{}", origin);
                return new Step.Pause(pause.Duration);
            case StepSpec.Analyse analyse:
                return new Step.Analyse(
                    metrics.Resolve(analyse.Templates, $"{path}.analysis", origin, BuiltIn.StepCount));
            case StepSpec.Hook hook:
                return new Step.Hook(new HookResolver(ledger, fill, $"{path}.hook", origin).Resolve(hook));
            case StepSpec.Verify verify:
                ledger.Note($"{path}.verify", Duration.Format(verify.Duration), origin);
                return new Step.Verify(verify.Duration);
            default:
                throw new UnreachableException();
        }
    }
}
