using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Manifests;
using OrleansRelease.Core.PromQl;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Tests.Manifests;

public sealed class WhereAFailureIsLookedAt
{
    private const string Hostile = "1\"} or vector(0) #";

    private const string Tempo = "{tempo: {url: \"https://tempo.example.com/{{environment}}\", bearer: {env: T}}}";

    private static readonly Window Minute = new(
        4, DateTimeOffset.FromUnixTimeMilliseconds(1_767_225_540_000),
        DateTimeOffset.FromUnixTimeMilliseconds(1_767_225_600_500));

    private static RolloutSpec Resolved(
        string version = "3.2.1", string? traces = Tempo, string? logs = null, string? trace = null) =>
        Assert.IsType<Resolution.Resolved>(RolloutSpecs.Resolve(
            Samples.Only<ServiceManifest>(
                "apiVersion: orleansrelease/v1\nkind: Service\nmetadata: {name: shop}\nspec:\n"
                + "  strategy: {allAtOnce: {analysis: [router-errors]}}\n"),
            Environment(traces, logs, trace), _ => null, _ => null, VersionName.From(version), null)).Spec;

    private static EnvironmentManifest Environment(string? traces, string? logs, string? trace) =>
        Samples.Only<EnvironmentManifest>(
            "apiVersion: orleansrelease/v1\nkind: Environment\nmetadata: {name: lab}\nspec:\n  connections:\n"
            + "    target: {memory: {}}\n    traffic: {memory: {}}\n"
            + (traces is null ? "" : $"    traces: {traces}\n")
            + (logs is null && trace is null ? "" : "  links:\n")
            + (logs is null ? "" : $"    logs: '{logs}'\n") + (trace is null ? "" : $"    trace: '{trace}'\n"));

    private static string QueryOf(string query, string version) =>
        Resolved(version, $"{{tempo: {{url: \"http://t\", query: '{query}'}}}}").Traces!.Query;

    [Fact]
    public void Traces_are_those_of_the_version_that_have_errors_where_nobody_says_otherwise() => Assert.Equal(
        new TracesConnection(
            TracesConnection.Tempo, new Uri("https://tempo.example.com/lab"),
            """{resource.service.name="shop" && resource.service.version="3.2.1" && status=error}""",
            new SecretRef("T", null)),
        Resolved().Traces);

    [Theory]
    [InlineData(Hostile)]
    [InlineData("\\")]
    [InlineData("{{traceId}}")]
    [InlineData("a`b'c/*")]
    public void A_hostile_version_is_a_text_in_the_query_and_nothing_else(string version)
    {
        const string before = "{resource.service.version=";
        var query = QueryOf(before + "\"{{version}}\" && status=error}", version);

        Assert.StartsWith(before, query, StringComparison.Ordinal);
        Assert.EndsWith(" && status=error}", query, StringComparison.Ordinal);
        Assert.Equal(version, QueryLiteral.Unescape(query[before.Length..^" && status=error}".Length]));
    }

    [Fact]
    public void In_a_regular_expression_it_matches_itself_alone() => Assert.Equal(
        """{.v=~"1\\.0\\+a.*"}""", QueryOf("""{.v=~"{{version}}.*"}""", "1.0+a"));

    [Theory]
    [InlineData("{.v={{version}}}", "{{version}} stands outside of quotes, where it could be more than a value")]
    [InlineData("{.v=`{{version}}`}", "`{{version}}` is in backticks, which cannot hold every value")]
    [InlineData("{.v=''a''}", "'a' is no text in TraceQL")]
    [InlineData("{.v=1} /* \" */ && {{version}}", "the text that begins with \" */ && {{version}} is not closed")]
    [InlineData("{.v=1} // {{version}}", "a query has no comments here")]
    [InlineData("{.v=1} # \"{{version}}\"", "# begins no comment in TraceQL")]
    [InlineData("{.v=\"{{version}}}", "the text that begins with \"{{version}}} is not closed")]
    public void A_query_in_which_a_value_could_be_more_is_no_manifest(string query, string reason)
    {
        var reading = ManifestReader.Read(
            "apiVersion: orleansrelease/v1\nkind: Environment\nmetadata: {name: lab}\nspec:\n  connections:\n"
            + $"    traces: {{tempo: {{url: \"http://t\", query: '{query}'}}}}\n", "it.yaml");

        Assert.Equal(reason, Assert.Single(reading.Problems).Reason);
    }

    [Fact]
    public void A_link_to_logs_has_the_version_and_the_window_in_milliseconds() => Assert.Equal(
        "https://g/explore?q=%7Bapp%3D%22shop%22%2Cversion%3D%223.2.1%22%7D&from=1767225540000&to=1767225600500",
        Resolved(
            logs: "https://g/explore?q=%7Bapp%3D%22{{service}}%22%2Cversion%3D%22{{version}}%22%7D"
                + "&from={{windowStart}}&to={{windowEnd}}").Links!.LogsOf(Minute));

    [Theory]
    [InlineData("https://l/{{version}}", "https://l/1%22%7D%20or%20vector%280%29%20%23")]
    [InlineData(
        "https://l/{{environment}}/{{version}}/logs?x=1", "https://l/lab/1%22%7D%20or%20vector%280%29%20%23/logs?x=1")]
    [InlineData("https://l/?a=b&v={{version}}#top", "https://l/?a=b&v=1%22%7D%20or%20vector%280%29%20%23#top")]
    public void A_hostile_version_is_escaped_where_it_is_all_of_a_segment_or_parameter(string logs, string link) =>
        Assert.Equal(link, Resolved(Hostile, logs: logs).Links!.LogsOf(Minute));

    [Theory]
    [InlineData("https://l/?q=%7Bv%3D%22{{version}}%22%7D", Hostile)]
    [InlineData("https://l/?q={v={{version}}&from=1", Hostile)]
    [InlineData("https://l/app#/discover?v={{version}}", Hostile)]
    [InlineData("https://l/v{{version}}", Hostile)]
    [InlineData("https://l/{{version}}/x", "..")]
    [InlineData("https://l/?q=%22{{version}}%22", "a b")]
    public void Where_it_could_change_what_the_address_says_there_is_none_and_it_is_said_why(
        string logs, string version)
    {
        var links = Resolved(version, logs: logs).Links!;

        Assert.Null(links.LogsOf(Minute));
        Assert.Contains($"'{version}' could change", links.NoLogs, StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_that_a_version_makes_too_long_is_none_and_it_is_said_why()
    {
        var links = Resolved(
            new string('\u6f22', 100), logs: "https://l/?" + string.Concat(Enumerable.Repeat("&a={{version}}", 5)))
            .Links!;

        Assert.Equal((null, "it would be longer than 4096 characters"), (links.LogsOf(Minute), links.NoLogs));
    }

    [Fact]
    public void Behind_the_host_an_at_is_a_letter_like_any_other() => Assert.Equal(
        "https://l/#/?_g=(time:(from:@1767225540000))",
        Resolved(logs: "https://l/#/?_g=(time:(from:@{{windowStart}}))").Links!.LogsOf(Minute));

    [Fact]
    public void A_version_that_spells_a_placeholder_is_not_taken_for_one() => Assert.Equal(
        "https://l/%7B%7BwindowStart%7D%7D?from=1767225540000",
        Resolved("{{windowStart}}", logs: "https://l/{{version}}?from={{windowStart}}").Links!.LogsOf(Minute));

    [Fact]
    public void A_link_to_a_trace_has_its_id() => Assert.Equal(
        "https://g/lab/trace/4bf9?from=1767225540000",
        Resolved(trace: "https://g/{{environment}}/trace/{{traceId}}?from={{windowStart}}")
            .Links!.TraceOf("4bf9", Minute));

    [Fact]
    public void Without_any_of_it_a_specification_is_written_as_it_ever_was()
    {
        var spec = Resolved(traces: null);

        Assert.Equal((null, null), (spec.Traces, spec.Links));
        var written = Vocabulary.Write(spec);
        Assert.DoesNotContain("\"traces\"", written, StringComparison.Ordinal);
        Assert.DoesNotContain("\"links\"", written, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_effective_is_shown_with_its_secret_as_a_reference()
    {
        var values = Effective.Of(
            Samples.Only<ServiceManifest>(
                "apiVersion: orleansrelease/v1\nkind: Service\nmetadata: {name: shop}\nspec: {}\n"),
            Environment(Tempo, "https://l/{{version}}", null), _ => null, _ => null).Values;

        Assert.Contains(new("connections.traces.tempo.bearer.env", "T", "environment"), values);
        Assert.Contains(new("links.logs", "https://l/{{version}}", "environment"), values);
        Assert.Contains(values, value => value is { Path: "connections.traces.tempo.query", Origin: "built-in" });
    }
}
