using System.Text.Json.Nodes;
using OrleansRelease.Cli;
using OrleansRelease.Gateway.Tests.Harness;

namespace OrleansRelease.Gateway.Tests.CommandLine;

/// <summary>The command line against the real interface: both mean the same by the same words.</summary>
[Collection(GatewayCollection.Name)]
public sealed class WhenOrelAsks(RunningGateway gateway)
{
    [Fact]
    public async Task It_applies_plans_starts_looks_and_takes_back()
    {
        var yaml = Samples.Both("orel", "orel-env");
        Assert.Equal(
            "Service/orel created\nEnvironment/orel-env created\n", (await GoodAsync(yaml, ["apply", "-f", "-"])).Out);
        Assert.Contains("readiness:", (await GoodAsync("get", "service", "orel", "--effective", "-e", "orel-env")).Out,
            StringComparison.Ordinal);
        Assert.Contains("READY", (await GoodAsync("plan", "orel", "-e", "orel-env", "--version", "1.0.0")).Out,
            StringComparison.Ordinal);
        var started = await GoodAsync("rollout", "start", "orel", "-e", "orel-env", "--version", "1.0.0");
        Assert.StartsWith("orel.orel-env.1 started", started.Out, StringComparison.Ordinal);
        await Eventually.IsAsync(
            "orel.orel-env.1 to move", () => OrelAsync("", "get", "rollouts", "-s", "orel"),
            ran => ran.Out.Contains("Progressing", StringComparison.Ordinal));

        Assert.Contains("by you      orel rollout abort orel.orel-env.1",
            (await GoodAsync("explain", "orel", "-e", "orel-env")).Out, StringComparison.Ordinal);
        var paused = await GoodAsync("rollout", "pause", "orel", "-e", "orel-env", "--reason", "look");
        Assert.StartsWith("orel.orel-env.1 is Paused", paused.Out, StringComparison.Ordinal);
        Assert.Contains("stable", (await GoodAsync("get", "slot", "orel.orel-env")).Out, StringComparison.Ordinal);
        await GoodAsync("rollout", "abort", "orel.orel-env.1");
        var watched = await OrelAsync("", "rollout", "watch", "orel.orel-env.1");
        Assert.Equal(1, watched.Exit);
        Assert.Contains("aborted by admin", watched.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_starts_a_release_follows_it_and_takes_it_back()
    {
        const string release = """
            apiVersion: orleansrelease/v1
            kind: Release
            metadata: {name: orel-1.0}
            spec: { services: { orel-first: 1.0.0, orel-last: { version: 1.0.0, needs: [ orel-first ] } } }
            """;
        await GoodAsync(
            string.Join("---\n", Samples.Both("orel-first", "orel-rel"), Samples.Service("orel-last"), release),
            ["apply", "-f", "-"]);
        Assert.StartsWith(
            "orel-1.0.orel-rel.1 begins", (await GoodAsync("release", "start", "orel-1.0", "-e", "orel-rel")).Out,
            StringComparison.Ordinal);
        await Eventually.IsAsync(
            "the first of its services moves", () => OrelAsync("", "release", "explain", "orel-1.0", "-e", "orel-rel"),
            ran => ran.Out.Contains("orel-first nothing → 1.0.0 · moves", StringComparison.Ordinal));
        Assert.Contains("orel-rel Progressing", (await GoodAsync("release", "status", "orel-1.0")).Out,
            StringComparison.Ordinal);
        Assert.StartsWith(
            "orel-1.0.orel-rel.1 is Paused",
            (await GoodAsync("release", "pause", "orel-1.0", "-e", "orel-rel", "--reason", "look")).Out,
            StringComparison.Ordinal);
        await GoodAsync("release", "resume", "orel-1.0", "-e", "orel-rel");
        await GoodAsync("release", "abort", "orel-1.0", "-e", "orel-rel", "--reason", "enough");
        var watched = await OrelAsync("", "release", "watch", "orel-1.0");
        Assert.Equal(1, watched.Exit);
        Assert.Contains("orel-1.0 Stopped: orel-rel RolledBack", watched.Out, StringComparison.Ordinal);
        Assert.Contains(
            "plan 1", (await GoodAsync("release", "plan", "orel-1.0", "-e", "orel-rel")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_is_what_the_interface_answers()
    {
        await GoodAsync(Samples.Both("orel-json", "orel-json-env"), ["apply", "-f", "-"]);
        var printed = await GoodAsync("get", "service", "orel-json", "--output", "json");
        Assert.Equal((await gateway.Client.AskAsync("/api/v1/services/orel-json")).Text + "\n", printed.Out);
        var refused = await OrelAsync("", "explain", "nothing.there.1", "--output", "json");
        Assert.Equal(1, refused.Exit);
        Assert.Equal("not-found", JsonNode.Parse(refused.Out)!["code"]!.GetValue<string>());
    }

    [Fact]
    public async Task Rules_are_a_file_of_what_the_interface_answers()
    {
        await GoodAsync(
            Samples.Environment("orel-rules").Replace(
                "metrics: {memory: {}}", "metrics: {prometheus: {url: \"http://prometheus.example.com\"}}",
                StringComparison.Ordinal),
            ["apply", "-f", "-"]);
        var printed = await GoodAsync("get", "rules", "-e", "orel-rules");
        Assert.Equal((await gateway.Client.AskAsync("/api/v1/environments/orel-rules/rules")).Text, printed.Out);
    }

    [Fact]
    public async Task It_freezes_an_environment_and_thaws_it()
    {
        await GoodAsync(Samples.Both("orel-ice", "orel-ice"), ["apply", "-f", "-"]);
        var frozen = await GoodAsync("freeze", "-e", "orel-ice", "--for", "2h", "--reason", "incident 4711");
        Assert.StartsWith("orel-ice is frozen until ", frozen.Out, StringComparison.Ordinal);
        Assert.Contains("orel-ice is frozen by admin until", (await GoodAsync("get", "environment", "orel-ice")).Out,
            StringComparison.Ordinal);
        await GoodAsync("rollout", "start", "orel-ice", "-e", "orel-ice", "--version", "1.0.0");
        await Eventually.IsAsync(
            "it says what it waits for", () => OrelAsync("", "explain", "orel-ice", "-e", "orel-ice"),
            ran => ran.Out.Contains("orel thaw -e orel-ice", StringComparison.Ordinal));

        Assert.StartsWith(
            "orel-ice is thawed", (await GoodAsync("thaw", "-e", "orel-ice", "--reason", "over")).Out,
            StringComparison.Ordinal);
        await Eventually.IsAsync(
            "it goes on", () => GoodAsync("explain", "orel-ice", "-e", "orel-ice"),
            ran => !ran.Out.Contains("frozen", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_problem_of_a_file_is_printed_with_its_place()
    {
        var ran = await OrelAsync("kind: Service\nspec: {ownr: x}\n", "apply", "-f", "-");
        Assert.Equal(1, ran.Exit);
        Assert.Contains("(standard input):2:8: spec.ownr:", ran.Error, StringComparison.Ordinal);
        Assert.True(ran.Error.Split('\n').Length > 3, ran.Error);
    }

    private Task<Ran> GoodAsync(params string[] args) => GoodAsync("", args);

    private async Task<Ran> GoodAsync(string input, string[] args)
    {
        var ran = await OrelAsync(input, args);
        Assert.True(ran.Exit == 0, $"orel {string.Join(' ', args)}: {ran.Exit} {ran.Error}");
        return ran;
    }

    private async Task<Ran> OrelAsync(string input, params string[] args)
    {
        await using var output = new StringWriter { NewLine = "\n" };
        await using var error = new StringWriter { NewLine = "\n" };
        using var patience = new CancellationTokenSource(Eventually.Patience);
        var around = new Surroundings(
            new StringReader(input), output, error,
            name => name == "OREL_TOKEN" ? RunningGateway.Token : null, ".", TimeProvider.System,
            Surroundings.DefaultWidth, IsInteractive: false);
        var server = gateway.Client.BaseAddress!.ToString();
        return new(
            await Orel.RunAsync([.. args, "--server", server], around, patience.Token), output.ToString(),
            error.ToString());
    }

    private sealed record Ran(int Exit, string Out, string Error);
}
