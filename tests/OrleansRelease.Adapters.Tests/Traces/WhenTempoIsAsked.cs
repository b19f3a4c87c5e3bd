using Microsoft.AspNetCore.Http;
using OrleansRelease.Adapters.Outgoing;
using OrleansRelease.Adapters.Resilience;
using OrleansRelease.Adapters.Tests.Metrics;
using OrleansRelease.Adapters.Traces.Tempo;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Specs;
using OrleansRelease.Ports.Traces;

namespace OrleansRelease.Adapters.Tests.Traces;

/// <summary>A real server that answers as Tempo does, or should not.</summary>
public sealed class WhenTempoIsAsked : IAsyncLifetime
{
    private static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeMilliseconds(1_767_225_540_250);

    private readonly OutgoingHttp _http = new(new MachineClock());
    private Source _source = null!;

    public async Task InitializeAsync() => _source = await Source.StartAsync();

    public async Task DisposeAsync()
    {
        await _source.DisposeAsync();
        _http.Dispose();
    }

    private Task<TracesReading> SearchAsync(
        string query = "{status=error}", SecretRef? bearer = null, Uri? url = null, TimeSpan? timeout = null) =>
        SearchAsync(
            new(TracesConnection.Tempo, url ?? new Uri(_source.Url, "/tempo/"), query, bearer), timeout);

    private Task<TracesReading> SearchAsync(TracesConnection connection, TimeSpan? timeout = null) =>
        new TempoTraces(_http, new Pipelines(TimeProvider.System)).SearchAsync(
            new TracesSearch(
                connection, new Window(3, Start, Start.AddMinutes(1)), 5, timeout ?? TimeSpan.FromSeconds(30)),
            default);

    private async Task<string> ErrorAsync() => Assert.IsType<TracesReading.Error>(await SearchAsync()).Reason;

    [Fact]
    public async Task It_is_asked_for_the_whole_seconds_around_the_window_and_for_a_few()
    {
        _source.Says("""{"traces": [{"traceID": "2f3e0cee77ae5dc9"}, {"traceID": "a1", "rootServiceName": "x"}]}""");

        var found = Assert.IsType<TracesReading.Found>(await SearchAsync());

        Assert.Equal("2f3e0cee77ae5dc9 a1", string.Join(' ', found.Ids));
        Assert.Equal(
            "/tempo/api/search?q=%7Bstatus%3Derror%7D&start=1767225540&end=1767225601&limit=5",
            Assert.Single(_source.Asked));
        Assert.Equal("", Assert.Single(_source.Tokens));
    }

    [Fact]
    public async Task A_query_is_one_parameter_whatever_stands_in_it()
    {
        await SearchAsync("""{.v="1\"} && a=b&limit=1000#"}""");

        Assert.Equal(
            "/tempo/api/search?q=%7B.v%3D%221%5C%22%7D%20%26%26%20a%3Db%26limit%3D1000%23%22%7D"
            + "&start=1767225540&end=1767225601&limit=5",
            Assert.Single(_source.Asked));
    }

    [Fact]
    public async Task The_token_is_read_from_its_file_at_each_use()
    {
        var file = Path.GetTempFileName();
        try
        {
            foreach (var token in (string[])["first", "second"])
            {
                await File.WriteAllTextAsync(file, token);
                await SearchAsync(bearer: new SecretRef(null, file));
            }
        }
        finally
        {
            File.Delete(file);
        }

        Assert.Equal("Bearer first, Bearer second", string.Join(", ", _source.Tokens));
        Assert.IsType<TracesReading.Error>(await SearchAsync(bearer: new SecretRef(null, file)));
        Assert.Equal(2, _source.Asked.Count);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"traces": null}""")]
    [InlineData("""{"traces": [], "metrics": {"inspectedTraces": 4}}""")]
    [InlineData("""{"traces": [7, null, {}, {"traceID": 7}]}""")]
    public async Task Nothing_found_is_an_answer(string answer)
    {
        _source.Says(answer);

        Assert.Empty(Assert.IsType<TracesReading.Found>(await SearchAsync()).Ids);
    }

    [Theory]
    [InlineData("[]", 200, "did not answer in Tempo's JSON")]
    [InlineData("""{"traces": {}}""", 200, "did not answer in Tempo's JSON")]
    [InlineData("""{"traces": [{"traceID": "a1"}""", 200, "or its answer broke off")]
    [InlineData("parse\nerror", 400, "look at query in the environment's connections.traces: parse error")]
    [InlineData("no", 401, "look at bearer, basic or tenant in the environment's connections.traces")]
    [InlineData("no", 403, "look at the rights of bearer, basic or tenant")]
    [InlineData("no", 404, "look at the url in the environment's connections.traces")]
    [InlineData("", 302, "which is not followed")]
    [InlineData("", 503, "answered 503")]
    public async Task What_is_no_answer_is_an_error_that_says_where_to_look(string answer, int status, string reason)
    {
        _source.Says(answer, status);

        Assert.Contains(reason, await ErrorAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_with_its_password_and_a_tenant_go_where_they_belong()
    {
        var tenant = "";
        _source.Answer = context =>
        {
            tenant = context.Request.Headers["X-Scope-OrgID"].ToString();
            return context.Response.WriteAsync("{}");
        };
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, "pass word\n");
            await SearchAsync(new TracesConnection(
                TracesConnection.Tempo, _source.Url, "{}", Basic: new("me", new SecretRef(null, file)),
                Tenant: "shop|lab"));
        }
        finally
        {
            File.Delete(file);
        }

        Assert.Equal(
            "Basic " + Convert.ToBase64String("me:pass word"u8), Assert.Single(_source.Tokens));
        Assert.Equal("shop|lab", tenant);
    }

    [Fact]
    public async Task One_text_that_is_no_unicode_does_not_take_the_others_with_it()
    {
        _source.Says("""{"traces": [{"traceID": "\ud800"}, {"traceID": "a1"}]}""");

        Assert.Equal("a1", Assert.Single(Assert.IsType<TracesReading.Found>(await SearchAsync()).Ids));
    }

    [Fact]
    public async Task An_answer_without_an_end_is_an_error()
    {
        _source.Says("{\"traces\": [" + new string(' ', OutgoingHttp.MaxBodyBytes));

        Assert.Contains("larger than", await ErrorAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_source_that_hangs_is_given_up_in_time()
    {
        _source.Answer = context => new TaskCompletionSource().Task.WaitAsync(context.RequestAborted);

        var reading = await SearchAsync(timeout: TimeSpan.FromMilliseconds(200));

        Assert.Equal("no answer within 200ms", Assert.IsType<TracesReading.Error>(reading).Reason);
    }

    [Fact]
    public async Task Nobody_there_is_an_error()
    {
        var reading = await SearchAsync(url: new Uri("http://127.0.0.1:1/"));

        Assert.Contains(
            "does not answer", Assert.IsType<TracesReading.Error>(reading).Reason, StringComparison.Ordinal);
    }
}
