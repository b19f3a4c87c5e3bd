using System.Net;
using OrleansRelease.Gateway.Tests.Harness;

namespace OrleansRelease.Gateway.Tests.Slos;

[Collection(GatewayCollection.Name)]
public sealed class WhenRulesAreWanted(RunningGateway gateway)
{
    private const string Rules = "/api/v1/environments/rules-env/rules";

    private readonly HttpClient _client = gateway.Client;

    [Fact]
    public async Task They_are_those_of_each_service_and_prometheus_takes_them()
    {
        await ApplyAsync();

        var all = (await _client.AskAsync(Rules)).Expect(HttpStatusCode.OK);

        Assert.Equal("application/yaml", all.ContentType);
        var (cart, shop) = (await OneAsync("rules-cart"), await OneAsync("rules-shop"));
        Assert.Equal($"{cart}{shop["groups:\n".Length..]}", all.Text);
        Assert.Equal(
            ["slo/rules-cart.rules-env/availability", "slo/rules-shop.rules-env/availability",
                "slo/rules-shop.rules-env/latency"],
            all.Text.Split('\n').Where(line => line.StartsWith("  - name: ", StringComparison.Ordinal))
                .Select(line => line["  - name: ".Length..]));
        Assert.Contains(
            "sum(increase(bad{job=\"rules-cart\",version=~\".+\"}[1m]))", cart, StringComparison.Ordinal);
        Assert.DoesNotContain("rules-shop", cart, StringComparison.Ordinal);
        Assert.Equal(all.Text, (await _client.AskAsync(Rules)).Text);
        var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".yaml");
        await File.WriteAllTextAsync(file, all.Text);
        var (exit, said) = await Promtool.RunAsync("", "check", "rules", "--lint=all", "--lint-fatal", file);
        Assert.True(exit == 0, said);
        File.Delete(file);
    }

    [Fact]
    public async Task There_are_none_where_nothing_is_promised()
    {
        await ApplyAsync();
        (await _client.ApplyAsync(Environment("rules-none"))).Expect(HttpStatusCode.OK);
        foreach (var query in new[] { "", "?service=rules-cart" })
        {
            Assert.Equal(
                "groups: []\n",
                (await _client.AskAsync($"/api/v1/environments/rules-none/rules{query}"))
                    .Expect(HttpStatusCode.OK).Text);
        }
    }

    [Fact]
    public async Task What_cannot_be_answered_is_said()
    {
        await ApplyAsync();
        (await _client.AskAsync("/api/v1/environments/nowhere/rules")).ExpectProblem(404, "not-found");
        (await _client.AskAsync("/api/v1/environments/No%20Where/rules")).ExpectProblem(400, "bad-name");
        (await _client.AskAsync($"{Rules}?service=nobody")).ExpectProblem(404, "not-found");
        (await _client.AskAsync($"{Rules}?service=No%20Body")).ExpectProblem(400, "bad-query");
        await _client.ApplyAsync(Samples.Environment("rules-memory"));
        (await _client.AskAsync("/api/v1/environments/rules-memory/rules")).ExpectProblem(422, "no-rules");
    }

    [Fact]
    public async Task One_that_cannot_be_written_yet_is_named()
    {
        (await _client.ApplyAsync(
            $"{Environment("rules-half")}---\n{Service("rules-lost", "rules-half", "[{name: it, objective: 99%, "
                + "metric: rules-nothing/errors}]")}")).Expect(HttpStatusCode.OK);

        var seen = (await _client.AskAsync("/api/v1/environments/rules-half/rules"))
            .ExpectProblem(422, "unknown-template");

        Assert.Contains("rules-lost: there is no AnalysisTemplate rules-nothing", seen.Text, StringComparison.Ordinal);
    }

    private async Task<string> OneAsync(string service) =>
        (await _client.AskAsync($"{Rules}?service={service}")).Expect(HttpStatusCode.OK).Text;

    private async Task ApplyAsync() => (await _client.ApplyAsync(string.Join("---\n",
        Environment("rules-env"),
        """
        apiVersion: orleansrelease/v1
        kind: AnalysisTemplate
        metadata: {name: rules-signals}
        spec:
          args: {job: "{{service}}"}
          metrics:
            - name: errors
              ratio:
                bad: sum(increase(bad{job="{{args.job}}",version="{{version}}"}[{{window}}]))
                total: sum(increase(all{job="{{args.job}}",version="{{version}}"}[{{window}}]))
              interval: 1m
              max: 5%

        """,
        Service("rules-shop", "rules-env",
            "[{name: latency, objective: 95%, metric: rules-signals/errors}, "
            + "{name: availability, objective: 99.9%, metric: rules-signals/errors}]"),
        Service("rules-cart", "rules-env", "[{name: availability, objective: 99%, metric: rules-signals/errors}]"))))
        .Expect(HttpStatusCode.OK);

    private static string Environment(string name) => Samples.Environment(name).Replace(
        "metrics: {memory: {}}", "metrics: {prometheus: {url: \"http://prometheus.example.com\"}}",
        StringComparison.Ordinal);

    // Promised there alone: what others apply here is none of these.
    private static string Service(string name, string environment, string slos) => Samples.Service(name)
        + $"  environments: {{{environment}: {{slos: {slos}}}}}\n";
}
