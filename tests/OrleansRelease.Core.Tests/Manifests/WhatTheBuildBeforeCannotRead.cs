using OrleansRelease.Core.Manifests;

namespace OrleansRelease.Core.Tests.Manifests;

public sealed class WhatTheBuildBeforeCannotRead
{
    private const string Hook =
        "{canary: {steps: [{hook: {name: tell, url: \"http://h\", key: {env: K}}}, {setWeight: 5}]}}";

    [Theory]
    [InlineData("Service", "{strategy: canary}", null)]
    [InlineData("Service", "{dependsOn: [{service: cart, atLeast: 1.9.0}]}", "atLeast")]
    [InlineData("Service", "{slos: [{name: a, objective: 99%, metric: t/m}]}", "slos")]
    [InlineData("Service", "{environments: {lab: {slos: []}}}", "slos")]
    [InlineData("Service", "{rollback: {shed: {capacityPerInstance: 40}}}", "shed")]
    [InlineData("Service", "{environments: {lab: {rollback: {shed: {capacityPerInstance: 40}}}}}", "shed")]
    [InlineData("Environment", "{defaults: {rollback: {shed: {capacityPerInstance: 40}}}}", "shed")]
    [InlineData("Service", "{minimumTelemetry: []}", "minimumTelemetry")]
    [InlineData("Service", "{environments: {lab: {minimumTelemetry: [a/b]}}}", "minimumTelemetry")]
    [InlineData("Service", $"{{strategy: {Hook}}}", "a hook")]
    [InlineData("Service", $"{{environments: {{lab: {{strategy: {Hook}}}}}}}", "a hook")]
    [InlineData("Strategy", Hook, "a hook")]
    [InlineData("Strategy", "{allAtOnce: {}}", null)]
    [InlineData("AnalysisTemplate", "{metrics: [{name: a, traffic: errors, compare: {margin: 1%}}]}", "compare")]
    [InlineData("AnalysisTemplate", "{metrics: [{name: a, traffic: errors, max: 1%}]}", null)]
    [InlineData("AnalysisTemplate", "{metrics: [{name: a, histogram: q, compare: {margin: 1%}}]}", "histogram")]
    [InlineData(
        "Strategy", "{allAtOnce: {analysis: [{template: t, metrics: {a: {compare: {margin: 1%}}}}]}}", "compare")]
    [InlineData(
        "Environment", "{defaults: {analysis: [{template: t, metrics: {a: {compare: {margin: 1%}}}}]}}", "compare")]
    [InlineData("AnalysisTemplate", "{metrics: [{name: a, query: q, unit: seconds, history: {}}]}", "history")]
    [InlineData("Strategy", "{allAtOnce: {analysis: [{template: t, metrics: {a: {history: {}}}}]}}", "history")]
    [InlineData("Service", "{strategy: {canary: {analysis: [{template: t, metrics: {a: {history: {}}}}]}}}", "history")]
    [InlineData("Environment", "{defaults: {analysis: [{template: t, metrics: {a: {history: {}}}}]}}", "history")]
    [InlineData(
        "Strategy",
        "{canary: {steps: [{setWeight: 5}, {analysis: [{template: t, metrics: {a: {compare: {margin: 1%}}}}]}]}}",
        "compare")]
    [InlineData("Monitor", "{url: \"http://h\"}", "a monitor")]
    [InlineData("AnalysisTemplate", "{metrics: [{name: a, monitor: page}]}", "monitor")]
    [InlineData("Release", "{services: {cart: 1.9.0}}", "a release")]
    [InlineData("Environment", "{owner: a}", null)]
    [InlineData("Environment", $"{{defaults: {{strategy: {Hook}}}}}", "a hook")]
    [InlineData("Environment", "{requireUndo: true}", "requireUndo")]
    [InlineData("Environment", "{connections: {traces: {tempo: {url: \"http://t\"}}}}", "traces")]
    [InlineData("Environment", "{links: {logs: \"http://l\"}}", "links")]
    [InlineData("Environment", "{connections: {metrics: {http: {url: \"http://h\"}}}}", null)]
    [InlineData("Environment", "{connections: {metrics: {prometheus: {url: \"http://h\"}}}}", "prometheus")]
    [InlineData(
        "Environment", "{connections: {target: {webhook: {url: \"http://h\", key: {env: K}}}}}", "a webhook")]
    public void Is_named(string kind, string spec, string? words)
    {
        var manifest = Samples.Only<Manifest>(
            $"apiVersion: orleansrelease/v1\nkind: {kind}\nmetadata: {{name: it}}\nspec: {spec}\n");

        Assert.Equal(words, NewWords.In(manifest));
    }
}
