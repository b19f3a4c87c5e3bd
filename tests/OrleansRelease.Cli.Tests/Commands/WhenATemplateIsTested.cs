using OrleansRelease.Cli.Tests.Harness;

namespace OrleansRelease.Cli.Tests.Commands;

public sealed class WhenATemplateIsTested
{
    private const string Template =
        """
        apiVersion: orleansrelease/v1
        kind: AnalysisTemplate
        metadata: {name: signals}
        spec:
          metrics:
            - {name: errors, ratio: {bad: "bad#/n", total: "total#/n"}, max: 5%}
            - {name: p99, unit: seconds, query: "latency#/p99", max: 800ms, failAbove: 2s}
            - {name: tried, query: "other#/n", max: 1, dryRun: true}
        """;

    private static readonly string Samples = Path.Combine(Repository.Root, "samples");

    [Fact]
    public async Task The_sample_says_what_a_rollout_would_have_made_of_it()
    {
        var ran = await Ran.OrelInAsync(
            [], "", Samples, "analysis", "test", "-f", "analysis.yaml", "--series", "analysis/yesterday.json");

        Assert.Equal((1, ""), (ran.Exit, ran.Error));
        Golden.Check("analysis-test", ran.Out.TrimEnd('\n'));
    }

    [Theory]
    [InlineData("""{"errors": [{"bad": 1, "total": 100}], "p99": [0.2], "tried": [0]}""", 0, "Pass")]
    // What is only tried counts nothing.
    [InlineData("""{"errors": [{"bad": 1, "total": 100}], "p99": [0.2], "tried": [9, 9]}""", 0, "Pass")]
    [InlineData("""{"errors": [{"bad": 9, "total": 100}, {"bad": 9, "total": 99}], "p99": [1]}""", 1, "Fail")]
    [InlineData("""{"errors": [{"bad": 1, "total": 100}], "p99": [1.5]}""", 5, "Inconclusive")]
    // A metric without a series has no data, which is no success.
    [InlineData("""{"errors": [{"bad": 1, "total": 100}]}""", 5, "NoData")]
    [InlineData("""{"signals/errors": [{"error": "x"}], "p99": [0.2]}""", 5, "Error")]
    public async Task The_exit_status_is_the_verdict(string series, int exit, string verdict)
    {
        var ran = await TestAsync(series);

        Assert.Equal((exit, ""), (ran.Exit, ran.Error));
        Assert.EndsWith($"verdict   {verdict}\n", ran.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_metric_alone_is_its_own_verdict_also_when_it_is_only_tried()
    {
        const string Series = """{"errors": [{"bad": 9, "total": 100}], "p99": [0.2], "tried": [9, 9]}""";

        Assert.Equal(0, (await TestAsync(Series, "--metric", "p99")).Exit);
        Assert.Equal(1, (await TestAsync(Series, "--metric", "signals/tried")).Exit);
    }

    [Fact]
    public async Task Programs_get_the_same_as_json()
    {
        var ran = await TestAsync("""{"p99": [0.2, 1.5]}""", "--metric", "p99", "-o", "json");

        Assert.StartsWith(
            "{\"verdict\":\"Pass\",\"metrics\":[{\"name\":\"signals/p99\",", ran.Out, StringComparison.Ordinal);
        Assert.Contains("\"detail\":\"1.5 s > 800 ms\"", ran.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"p98": [1]}""", "p98: there is no such metric; got p98; write signals/errors, signals/p99 or")]
    [InlineData("""{"p99": [1], "signals/p99": [1]}""", "signals/p99: signals/p99 is in the file twice")]
    [InlineData("""{"p99": [true]}""", "p99[0]: only a monitor holds or fails")]
    [InlineData("p99: 1", "(file): it is not JSON")]
    public async Task A_series_that_does_not_fit_is_wrong_usage(string series, string problem)
    {
        var ran = await TestAsync(series);

        Assert.Equal((2, ""), (ran.Exit, ran.Out));
        Assert.StartsWith($"(standard input): {problem}", ran.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("service.yaml", "there is no AnalysisTemplate in it")]
    [InlineData("no-such.yaml", "cannot be read")]
    [InlineData("analysis/judge.json", ":1:1:")]
    public async Task A_file_without_a_template_is_wrong_usage(string file, string problem)
    {
        var ran = await Ran.OrelInAsync(
            [], "", Samples, "analysis", "test", "-f", file, "--series", "analysis/yesterday.json");

        Assert.Equal(2, ran.Exit);
        Assert.Contains(problem, ran.Error, StringComparison.Ordinal);
    }

    private static async Task<Ran> TestAsync(string series, params string[] more)
    {
        var folder = Directory.CreateTempSubdirectory("orel-analysis-");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "template.yaml"), Template);
            return await Ran.OrelInAsync(
                [], series, folder.FullName,
                ["analysis", "test", "-f", "template.yaml", "--series", "-", .. more]);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
