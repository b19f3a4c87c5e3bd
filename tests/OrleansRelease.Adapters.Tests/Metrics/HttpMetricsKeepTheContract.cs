using System.Globalization;
using Microsoft.AspNetCore.Http;
using OrleansRelease.Adapters.Metrics.Http;
using OrleansRelease.Adapters.Outgoing;
using OrleansRelease.Adapters.Resilience;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Specs;
using OrleansRelease.Ports.Metrics;

namespace OrleansRelease.Adapters.Tests.Metrics;

/// <summary>A real server with real answers, good and bad ones.</summary>
public sealed class HttpMetricsKeepTheContract : MetricsContract, IAsyncLifetime
{
    private readonly OutgoingHttp _http = new(new MachineClock());
    private readonly Dictionary<string, double> _numbers = [];
    private Source _source = null!;
    private Uri? _nobody;

    private protected override IMetrics Metrics =>
        new HttpMetrics(_http, new Pipelines(TimeProvider.System), TimeProvider.System);

    private protected override MetricsConnection Connection =>
        new("http", _nobody ?? new Uri(_source.Url, "/api"), null, TimeSpan.Zero);

    public async Task InitializeAsync() => _source = await Source.StartAsync();

    public async Task DisposeAsync()
    {
        await _source.DisposeAsync();
        _http.Dispose();
    }

    [Fact]
    public async Task The_windows_words_are_filled_in()
    {
        _source.Says("""{"n": 1}""");

        await ReadAsync(new MetricSource.Query("x?v=2%2B1&from={{windowStart}}&to={{windowEnd}}&w={{window}}#/n"));

        var start = Window.Start.ToUnixTimeMilliseconds();
        Assert.Equal($"/api/x?v=2%2B1&from={start}&to={start + 90_000}&w=90", Assert.Single(_source.Asked));
    }

    [Fact]
    public async Task Both_numbers_of_one_answer_are_fetched_once()
    {
        _source.Says("""{"bad": 1, "total": 9}""");

        var reading = await ReadAsync(new MetricSource.Ratio("w?v=1#/bad", null, "w?v=1#/total"));

        Assert.Equal(new Reading.Counts(1, 9), reading);
        Assert.Single(_source.Asked);
    }

    [Theory]
    [InlineData("""{"a": {"b": [1, {"c~/d": 7}]}}""", "/a/b/1/c~0~1d", 7)]
    [InlineData("""{"": {" ": 7}}""", "//%20", 7)]
    [InlineData("7", "", 7)]
    [InlineData("""{"n": "7.5"}""", "/n", 7.5)]
    [InlineData("""{"n": 1e2, "other": NaN}""", "/n", 100)]
    [InlineData("""{"n": 1, "text": "\" NaN"}""", "/n", 1)]
    public async Task A_pointer_finds_its_number(string answer, string place, double number)
    {
        _source.Says(answer);

        Assert.Equal(new Reading.Value(number), await ReadAsync(new MetricSource.Query($"x#{place}")));
    }

    [Theory]
    [InlineData("""{}""", "/n")]
    [InlineData("""{"n": null}""", "/n")]
    [InlineData("""{"n": ""}""", "/n")]
    [InlineData("""{"n": []}""", "/n")]
    [InlineData("""{"n": "NaN"}""", "/n")]
    [InlineData("""{"n": NaN}""", "/n")]
    [InlineData("""{"n": [1]}""", "/n/1")]
    [InlineData("""{"n": [1]}""", "/n/00")]
    [InlineData("""{"n": [1]}""", "/n/-")]
    [InlineData("""{"n": 1}""", "/n/deeper")]
    [InlineData("", "/n")]
    public async Task An_answer_without_the_number_is_no_data_with_a_reason(string answer, string place)
    {
        _source.Says(answer);

        var reading = Assert.IsType<Reading.NoData>(await ReadAsync(new MetricSource.Query($"x#{place}")));
        Assert.NotEmpty(reading.Reason);
    }

    [Theory]
    [InlineData("""{"n": "many"}""")]
    [InlineData("""{"n": true}""")]
    [InlineData("""{"n": {"m": 1}}""")]
    [InlineData("""{"n": 1e999}""")]
    [InlineData("""{"n": Infinity}""")]
    [InlineData("""{"n": "-Inf"}""")]
    [InlineData("""{"n": 1""")]
    [InlineData("<html>")]
    [InlineData("""{"n": 1} trailing""")]
    public async Task An_answer_that_is_none_is_an_error_with_a_reason(string answer)
    {
        _source.Says(answer);

        Assert.NotEmpty(Assert.IsType<Reading.Error>(await ReadAsync(new MetricSource.Query("x#/n"))).Reason);
    }

    [Theory]
    [InlineData(404, """{"code": "version-unknown"}""", true)]
    [InlineData(410, """{"code": "window-not-covered"}""", true)]
    [InlineData(425, """{"code": "window-not-over"}""", true)]
    [InlineData(404, "not here", false)]
    [InlineData(500, """{"code": "oh"}""", false)]
    [InlineData(401, """{"code": "token-required"}""", false)]
    public async Task Only_a_code_makes_a_no_of_the_source_no_data(int status, string answer, bool noData)
    {
        _source.Says(answer, status);

        var reading = await ReadAsync(new MetricSource.Query("x#/n"));

        Assert.Equal(noData ? typeof(Reading.NoData) : typeof(Reading.Error), reading.GetType());
    }

    [Fact]
    public async Task An_answer_over_the_limit_is_an_error()
    {
        _source.Says($$"""{"n": 1, "long": "{{new string('x', 70_000)}}"}""");

        Assert.IsType<Reading.Error>(await ReadAsync(new MetricSource.Query("x#/n")));
    }

    [Fact]
    public async Task An_answer_that_breaks_off_is_an_error()
    {
        _source.Answer = async context =>
        {
            context.Response.ContentLength = 100;
            await context.Response.WriteAsync("""{"n": 1}""");
            await context.Response.Body.FlushAsync();
            context.Abort();
        };

        Assert.IsType<Reading.Error>(await ReadAsync(new MetricSource.Query("x#/n")));
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var other = await Source.StartAsync();
        other.Says("""{"n": 1}""");
        _source.Answer = context =>
        {
            context.Response.Redirect(other.Url.ToString());
            return Task.CompletedTask;
        };

        Assert.IsType<Reading.Error>(await ReadAsync(new MetricSource.Query("x#/n")));
        Assert.Empty(other.Asked);
    }

    [Theory]
    [InlineData("//evil.example/x#/n")]
    [InlineData("http://evil.example/x#/n")]
    [InlineData("https://127.0.0.1/x#/n")]
    [InlineData("file:///etc/passwd#/n")]
    [InlineData("../x#/n")]
    [InlineData("a/../../x#/n")]
    [InlineData("%2e%2e/x#/n")]
    [InlineData("a/%2E%2e/x#/n")]
    [InlineData(@"\\evil.example\x#/n")]
    [InlineData(@"/\evil.example#/n")]
    [InlineData("/elsewhere#/n")]
    [InlineData("a b#/n")]
    [InlineData("a\r\nHost: evil#/n")]
    [InlineData("{{version}}#/n")]
    [InlineData("x#n")]
    public async Task A_query_stays_under_the_connections_url(string query)
    {
        _source.Says("""{"n": 1}""");

        Assert.IsType<Reading.Error>(await ReadAsync(new MetricSource.Query(query)));
        Assert.All(_source.Asked, asked => Assert.StartsWith("/api/", asked, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_token_is_read_anew_and_is_in_no_reason()
    {
        var file = Path.GetTempFileName();
        var connection = Connection with { Bearer = new SecretRef(null, file) };
        var query = new MetricsQuery(connection, new MetricSource.Query("x#/n"), Window, Timeout);
        _source.Says("no", status: 401);
        foreach (var token in new[] { "first-token", "second-token" })
        {
            await File.WriteAllTextAsync(file, token + "\n");
            var reading = await Metrics.ReadAsync(query, CancellationToken.None);
            Assert.DoesNotContain(token, Assert.IsType<Reading.Error>(reading).Reason, StringComparison.Ordinal);
        }

        Assert.Equal(["Bearer first-token", "Bearer second-token"], _source.Tokens);
        File.Delete(file);
        Assert.IsType<Reading.Error>(await Metrics.ReadAsync(query, CancellationToken.None));
    }

    private protected override void Give(string name, double value)
    {
        _numbers[name] = value;
        var members = _numbers.Select(pair => string.Create(
            CultureInfo.InvariantCulture, $"\"{pair.Key}\": \"{pair.Value}\""));
        _source.Says($"{{{string.Join(',', members)}}}");
    }

    private protected override string Text(string name) => $"numbers?about={name}#/{name}";

    private protected override void Break(SourceFault fault)
    {
        switch (fault)
        {
            case SourceFault.Dead:
                // A port that was free a moment ago: nobody listens there.
                _nobody = new Uri($"http://127.0.0.1:{FreePort.Find()}");
                break;
            case SourceFault.Slow:
                _source.Answer = context => UntilAbortedAsync(context.RequestAborted);
                break;
            default:
                _source.Says(fault switch
                {
                    SourceFault.Malformed => "{\"seconds\":",
                    SourceFault.NaN => "{\"seconds\": NaN}",
                    SourceFault.Misspelt => "{\"second\": 1}",
                    _ => "",
                });
                break;
        }
    }

    private static Task UntilAbortedAsync(CancellationToken aborted)
    {
        var end = new TaskCompletionSource();
        aborted.Register(end.SetResult);
        return end.Task;
    }
}
