using Microsoft.AspNetCore.Http;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Adapters.Tests.Metrics.Prometheus;

public sealed class WhenPrometheusAnswersBadly : IAsyncLifetime
{
    private const string Now = "1767225600";

    private ScriptedPrometheus _source = null!;
    private Rig _rig = null!;

    public async Task InitializeAsync()
    {
        _source = await ScriptedPrometheus.StartAsync();
        _rig = new Rig(_source.Url);
    }

    public async Task DisposeAsync()
    {
        _rig.Dispose();
        await _source.DisposeAsync();
    }

    private static string Data(string data) => $$"""{"status": "success", "data": {{data}}}""";

    private static string Vector(string series) => Data($$"""{"resultType": "vector", "result": [{{series}}]}""");

    [Theory]
    [InlineData(400, """{"status": "error", "errorType": "bad_data", "error": "1:5: parse error: unexpected <op:>"}""",
        "Prometheus says bad_data (400): 1:5: parse error: unexpected <op:>")]
    [InlineData(422, """{"status": "error", "errorType": "execution", "error": "many-to-many\nmatching"}""",
        "Prometheus says execution (422): many-to-many matching")]
    [InlineData(503, """{"status": "error", "errorType": "timeout", "error": "query timed out"}""",
        "Prometheus says timeout (503): query timed out")]
    [InlineData(401, "Unauthorized", "(401): look at bearer or basic")]
    [InlineData(403, "{}", "(403): look at the rights")]
    [InlineData(404, "404 page not found", "(404): look at the url")]
    [InlineData(302, "", "redirects (302)")]
    [InlineData(502, "<html>", "answered 502")]
    [InlineData(200, "<html>", "did not answer in Prometheus' JSON")]
    [InlineData(200, """{"status": "success", "data": {"resultType": "vec""", "broke off")]
    [InlineData(200, "[]", "did not answer in Prometheus' JSON")]
    [InlineData(200, "{}", "says no more")]
    [InlineData(200, """{"status": "success"}""", "without data")]
    [InlineData(200, """{"status": "success", "data": 7}""", "no number")]
    [InlineData(503, """{"status": "success", "data": {"resultType": "vector", "result": []}}""", "answered 503")]
    [InlineData(200, """{"status": "success", "isPartial": true, "data": {"resultType": "vector", "result": []}}""",
        "the answer is not the whole: isPartial")]
    [InlineData(422, """{"status": "error", "errorType": "execution", "error": "caf\ud800"}""", "no Unicode")]
    [InlineData(200, """{"status": "success", "data": {"resultType": "\ud800", "result": []}}""", "no Unicode")]
    public async Task Its_no_is_an_error_with_its_own_words(int status, string text, string reason)
    {
        _source.Says(text, status);

        Assert.Contains(reason, await _rig.ErrorAsync("up"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"metric": {}, "value": [1767225600, "+Inf"]}""", "infinite")]
    [InlineData("""{"metric": {}, "value": [1767225600, "many"]}""", "no number")]
    [InlineData("""{"metric": {}, "value": [1767225600, 7]}""", "no number")]
    [InlineData("""{"metric": {}, "value": [1e40, "7"]}""", "no number")]
    [InlineData("""{"metric": {}, "value": []}""", "no number")]
    [InlineData("""{"metric": {}, "histogram": [1767225600, {}]}""", "histogram")]
    [InlineData("7", "no number")]
    [InlineData("""{"metric": {}, "value": [1767225585, "7"]}""", "the answer is for 2025-12-31T23:59:45")]
    [InlineData("""{"metric": {"pod": "a", "x": "1"}, "value": []}, {"metric": {"pod": "b", "x": "1"}, "value": []}""",
        "2 series where one number is wanted, different in pod: put an aggregation around it")]
    public async Task What_is_not_the_one_number_of_that_time_is_an_error(string series, string reason)
    {
        _source.Says(Vector(series));

        Assert.Contains(reason, await _rig.ErrorAsync("up"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"resultType": "matrix", "result": []}""", "a range of samples")]
    [InlineData("""{"resultType": "string", "result": [1767225600, "a"]}""", "a text")]
    [InlineData("""{"resultType": "other", "result": []}""", "no number")]
    public async Task A_query_of_another_kind_is_an_error(string data, string reason)
    {
        _source.Says(Data(data));

        Assert.Contains(reason, await _rig.ErrorAsync("up"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_scalar_is_a_number()
    {
        _source.Says(Data($$"""{"resultType": "scalar", "result": [{{Now}}.001, "7.5"]}"""));

        Assert.Equal(new Reading.Value(7.5), await _rig.QueryAsync("scalar(up)"));
    }

    [Fact]
    public async Task Not_a_number_is_no_data_and_says_of_what_it_comes()
    {
        _source.Says(Vector($$"""{"metric": {}, "value": [{{Now}}, "NaN"]}"""));

        Assert.Contains("0 divided by 0", await _rig.NoDataAsync("up"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_part_of_the_answer_is_no_evidence()
    {
        _source.Says("""
            {"status": "success", "warnings": ["remote read failed"],
             "data": {"resultType": "vector", "result": [{"metric": {}, "value": [1767225600, "0"]}]}}
            """);

        Assert.Equal("the answer is not the whole: remote read failed", await _rig.ErrorAsync("up"));
    }

    [Fact]
    public async Task A_remark_on_the_query_leaves_its_number()
    {
        _source.Says("""
            {"status": "success", "warnings": ["PromQL info: metric might not be a counter"],
             "data": {"resultType": "vector", "result": [{"metric": {}, "value": [1767225600, "3"]}]}}
            """);

        Assert.Equal(new Reading.Value(3), await _rig.QueryAsync("up"));
    }

    [Fact]
    public async Task More_than_can_be_one_number_is_not_read_to_its_end()
    {
        _source.Says(Vector(new string(' ', 70_000)));

        Assert.Contains("larger than 64 KiB", await _rig.ErrorAsync("up"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_breaks_off_is_an_error()
    {
        _source.Answers(async context =>
        {
            context.Response.ContentLength = 100;
            await context.Response.WriteAsync("""{"status": "success",""");
            await context.Response.Body.FlushAsync();
            context.Abort();
        });

        Assert.Contains("does not answer", await _rig.ErrorAsync("up"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_clock_that_is_off_is_an_error_that_names_it()
    {
        _source.Answers(context =>
        {
            context.Response.Headers.Date = DateTimeOffset.UtcNow.AddMinutes(-1).ToString("R");
            return context.Response.WriteAsync(Vector($$"""{"metric": {}, "value": [{{Now}}, "0"]}"""));
        });

        Assert.Contains("behind this server's", await _rig.ErrorAsync("up"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_does_not_answer_in_time_is_an_error()
    {
        var end = new TaskCompletionSource();
        _source.Before = _ => end.Task;

        var reading = await _rig.QueryAsync("up", timeout: TimeSpan.FromMilliseconds(200));

        Assert.Equal(new Reading.Error("no answer within 200ms"), reading);
        end.SetResult();
    }

    [Fact]
    public async Task A_secret_that_cannot_be_read_is_an_error_and_nobody_is_asked()
    {
        _rig.Connection = _rig.Connection with { Bearer = new SecretRef("OREL_NO_SUCH_TOKEN", null) };

        Assert.Equal("the environment variable OREL_NO_SUCH_TOKEN is not set", await _rig.ErrorAsync("up"));
        Assert.Empty(_source.Tokens);
    }

    [Fact]
    public async Task Name_and_password_are_sent_and_read_anew_and_are_in_no_reason()
    {
        var file = Path.GetTempFileName();
        _rig.Connection = _rig.Connection with
        {
            Basic = new BasicCredentials("orel", new SecretRef(null, file)),
        };
        _source.Says("no", status: 401);
        foreach (var password in new[] { "first one", "sécond" })
        {
            await File.WriteAllTextAsync(file, password + "\n");
            var reason = await _rig.ErrorAsync($"up == {password.Length}");
            Assert.DoesNotContain(password, reason, StringComparison.Ordinal);
        }

        // RFC 7617: base64 of "orel:first one" and, in UTF-8, of "orel:sécond".
        Assert.Equal(["Basic b3JlbDpmaXJzdCBvbmU=", "Basic b3JlbDpzw6ljb25k"], _source.Tokens);
        File.Delete(file);
    }
}
