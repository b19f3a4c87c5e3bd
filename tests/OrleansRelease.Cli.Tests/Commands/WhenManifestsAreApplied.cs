using OrleansRelease.Cli.Tests.Harness;

namespace OrleansRelease.Cli.Tests.Commands;

public sealed class WhenManifestsAreApplied : IDisposable
{
    private const string Problem =
        """
        {"code":"invalid-manifests","status":422,"detail":"there is 1 problem","problems":[{"code":"unknown-field",
        "file":"b.yaml","line":3,"column":5,"path":"spec.x","value":"1","reason":"is not known","expected":"another"}]}
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("orel-apply-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Every_file_is_checked_before_the_first_is_applied()
    {
        await using var server = await ServerAsync();
        foreach (var name in new[] { "a.yaml", "b.yaml", "c.yml" }) Write(name, name == "b.yaml" ? "bad" : "good");
        Write("d.txt", "not looked at");
        var ran = await RunAsync(server, "apply", "-f", _folder.FullName);
        Assert.Equal((1, ""), (ran.Exit, ran.Out));
        Assert.Contains("b.yaml:3:5: spec.x: is not known; got 1; write another", ran.Error, StringComparison.Ordinal);
        Assert.Equal(3, server.Requests.Count);
        Assert.All(server.Requests, asked => Assert.Equal("/api/v1/manifests?dryRun=true", asked.Path));
    }

    [Fact]
    public async Task All_are_applied_in_the_order_of_names_and_told_one_by_one()
    {
        await using var server = await ServerAsync();
        Write("b.yaml", "good");
        Write("a.yaml", "good");
        var ran = await RunAsync(server, "apply", "-f", _folder.FullName);
        Assert.Equal((0, "Service/cart created\nService/cart created\n"), (ran.Exit, ran.Out));
        var sent = server.Requests.Where(asked => asked.Path == "/api/v1/manifests")
            .Select(asked => asked.Body).ToList();
        Assert.Contains("a.yaml", sent[0], StringComparison.Ordinal);
        Assert.Contains("b.yaml", sent[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_only_all_of_them_show_is_told_before_the_first_is_applied()
    {
        await using var server = await ServerAsync();
        foreach (var version in new[] { "1.0.0", "1.0.1" })
        {
            Write($"{version}.yaml", "apiVersion: orleansrelease/v1\nkind: Release\nmetadata: {name: shop}\n"
                + $"spec: {{services: {{cart: {version}}}}}\n");
        }

        foreach (var ran in new[]
        {
            await RunAsync(server, "apply", "-f", "."), await RunAsync(server, "validate", "-f", "."),
        })
        {
            Assert.Equal(1, ran.Exit);
            Assert.Contains("Release shop stands in ./1.0.0.yaml with other content", ran.Error,
                StringComparison.Ordinal);
        }

        Assert.All(server.Requests, asked => Assert.Equal("/api/v1/manifests?dryRun=true", asked.Path));
    }

    [Fact]
    public async Task One_key_serves_every_file()
    {
        await using var server = await ServerAsync();
        Write("a.yaml", "good");
        Write("b.yaml", "good");
        Assert.Equal(0, (await RunAsync(server, "apply", "-f", _folder.FullName, "--idempotency-key", "K")).Exit);
        Assert.Equal([null, null, "K.1", "K.2"], server.Requests.Select(asked => asked.Key));
    }

    [Fact]
    public async Task Standard_input_is_a_file_too_and_a_dry_run_applies_nothing()
    {
        await using var server = await ServerAsync();
        var ran = await RunAsync(server, "apply", "-f", "-", "--dry-run");
        Assert.Equal((0, "Service/cart created (dry run)\n"), (ran.Exit, ran.Out));
        var asked = server.Requests.Single();
        Assert.Equal("/api/v1/manifests?dryRun=true", asked.Path);
        Assert.Contains("from input", asked.Body, StringComparison.Ordinal);
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder.FullName, name), text);

    private Task<Ran> RunAsync(ScriptedServer server, params string[] args) => Ran.OrelInAsync(
        new() { ["OREL_SERVER"] = server.Url, ["OREL_TOKEN"] = "t" }, "from input", _folder.FullName, args);

    private static Task<ScriptedServer> ServerAsync() => ScriptedServer.StartAsync((http, asked) =>
        asked.Body.Contains("\"bad\"", StringComparison.Ordinal)
            ? ScriptedServer.AnswerAsync(http, 422, Problem)
            : ScriptedServer.AnswerAsync(http, 200,
                $$"""
                {"dryRun":{{(asked.Path.EndsWith("true", StringComparison.Ordinal) ? "true" : "false")}},
                "manifests":[{"kind":"Service","name":"cart","change":"Created","contentHash":"x","diff":["+ a"]}]}
                """));
}
