using OrleansRelease.Cli.Tests.Harness;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Slos;

namespace OrleansRelease.Cli.Tests.Commands;

public sealed class WhenRulesAreWanted
{
    private const string Path = "/api/v1/environments/production/rules";

    private static readonly string Yaml = PrometheusRules.Of(
    [
        Of("checkout", "availability", 0.999m, Counted("errors")),
        Of("checkout", "routed", 0.99m, new MetricSource.Traffic("errors")),
        Of("cart", "availability", 0.99m, Counted("errors")),
    ]).Yaml;

    [Fact]
    public async Task They_are_a_file_and_what_is_left_out_is_told_beside_it()
    {
        await using var server = await ScriptedServer.StartAsync(200, Yaml);

        var ran = await Ran.OrelAsync(server, "get", "rules", "-e", "production");

        Assert.Equal((0, Yaml), (ran.Exit, ran.Out));
        Golden.Check("rules", ran.Out.TrimEnd());
        Assert.Equal(
            "left out: checkout.production: golden-signals/errors of the SLO routed is not counted by queries; write "
            + "an SLO of a metric with ratio: {bad: QUERY, total: QUERY}\n",
            ran.Error);
        Assert.Equal(Path, server.Requests.Single().Path);
    }

    [Fact]
    public async Task They_may_be_of_one_service()
    {
        await using var server = await ScriptedServer.StartAsync(200, "groups: []\n");

        var ran = await Ran.OrelAsync(server, "get", "rules", "-e", "production", "--service", "checkout");

        Assert.Equal((0, "groups: []\n", ""), (ran.Exit, ran.Out, ran.Error));
        Assert.Equal($"{Path}?service=checkout", server.Requests.Single().Path);
    }

    [Fact]
    public async Task What_is_refused_prints_no_file()
    {
        await using var server = await ScriptedServer.StartAsync(422,
            """{"status":422,"detail":"Prometheus does not count the requests of production","code":"no-rules"}""");

        var ran = await Ran.OrelAsync(server, "get", "rules", "-e", "production");

        Assert.Equal((1, ""), (ran.Exit, ran.Out));
        Assert.Contains("(no-rules)", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_help_says_how_to_keep_them()
    {
        var ran = await Ran.OrelInAsync([], "", ".", "get", "--help");

        Golden.Check("get-help", ran.Out.Split("Usage:")[0].TrimEnd());
    }

    private static SloOf Of(string service, string name, decimal objective, MetricSource source) => new(
        new SlotKey(ServiceName.From(service), EnvironmentName.From("production")),
        new Slo(
            name, objective, TimeSpan.FromDays(30), "golden-signals/errors", source, TimeSpan.FromMinutes(1),
            TimeSpan.FromSeconds(5), MinSamples: 100),
        "shop", $"https://git.example.com/shop/{service}/docs/runbook.md");

    private static MetricSource.Ratio Counted(string what) => new(
        $"sum(increase({what}_total{{version=\"{{{{version}}}}\"}}[{{{{window}}}}]))", null,
        "sum(increase(requests_total{version=\"{{version}}\"}[{{window}}]))");
}
