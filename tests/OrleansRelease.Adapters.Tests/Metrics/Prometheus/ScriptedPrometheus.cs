using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OrleansRelease.Core.PromQl;

namespace OrleansRelease.Adapters.Tests.Metrics.Prometheus;

/// <summary>Answers as Prometheus does, over a real HTTP server, by a list of numbers.</summary>
internal sealed class ScriptedPrometheus : IAsyncDisposable
{
    private readonly Source _source;

    private ScriptedPrometheus(Source source) => _source = source;

    public Uri Url => new(_source.Url, "/prom");

    /// <summary>Every query, whether for a number or for labels.</summary>
    public ConcurrentQueue<string> Queries { get; } = [];

    /// <summary>The same with their times, as addresses; what is long has its query in the body.</summary>
    public ConcurrentQueue<string> Asked => _source.Asked;

    public ConcurrentQueue<string> Tokens => _source.Tokens;

    /// <summary>What a query gives; all others give nothing.</summary>
    public ConcurrentDictionary<string, string> Numbers { get; } = [];

    /// <summary>Queries that give one bucket, of all requests: so many.</summary>
    public ConcurrentDictionary<string, string> Buckets { get; } = [];

    /// <summary>
    /// The labels of each metric that is known, and of <c>metric{job="targets"}</c> where these have others.
    /// </summary>
    public ConcurrentDictionary<string, string[]> Labels { get; } = [];

    /// <summary>No stretch of time has a number.</summary>
    public bool HasNoRanges { get; set; }

    /// <summary>Waited for before each answer.</summary>
    public Func<HttpContext, Task> Before { get; set; } = _ => Task.CompletedTask;

    public static async Task<ScriptedPrometheus> StartAsync()
    {
        var scripted = new ScriptedPrometheus(await Source.StartAsync());
        scripted._source.Answer = scripted.AnswerAsync;
        return scripted;
    }

    public void Says(string text, int status = 200) => _source.Says(text, status);

    public void Answers(RequestDelegate answer) => _source.Answer = answer;

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var form = context.Request.HasFormContentType
            ? (await context.Request.ReadFormAsync()).ToDictionary(one => one.Key, one => one.Value.ToString())
            : context.Request.Query.ToDictionary(one => one.Key, one => one.Value.ToString());
        var asked = form.GetValueOrDefault("query") ?? form["match[]"];
        Queries.Enqueue(asked);
        await Before(context);
        var data = context.Request.Path.Value switch
        {
            "/prom/api/v1/query" => $$"""{"resultType": "vector", "result": [{{Vector(asked, form["time"])}}]}""",
            "/prom/api/v1/query_range" when HasNoRanges => """{"resultType": "matrix", "result": []}""",
            "/prom/api/v1/query_range" => Matrix(form["start"], form["end"], form["step"]),
            "/prom/api/v1/labels" => JsonSerializer.Serialize(LabelsOf(Assert.Single(QuerySelector.AllOf(asked)))),
            _ => "null",
        };
        await context.Response.WriteAsync($$"""{"status": "success", "data": {{data}}}""");
    }

    // The number of each step is its time.
    private static string Matrix(string start, string end, string step)
    {
        var (from, to, each) = (Number(start), Number(end), Number(step));
        var values = Enumerable.Range(0, (int)((to - from) / each) + 1).Select(i => from + (i * each))
            .Select(at => string.Create(CultureInfo.InvariantCulture, $$"""[{{at}}, "{{at}}"]"""));
        return $$"""
            {"resultType": "matrix", "result": [{"metric": {}, "values": [{{string.Join(',', values)}}]}]}
            """;

        static decimal Number(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);
    }

    private string[] LabelsOf(QuerySelector selection) =>
        Labels.GetValueOrDefault($"{selection.Metric}{{{string.Join(',', selection.Matchers)}}}")
        ?? Labels.GetValueOrDefault(selection.Metric!) ?? [];

    private string Vector(string query, string time) =>
        Numbers.TryGetValue(query, out var number) ? $$"""{"metric": {}, "value": [{{time}}, "{{number}}"]}"""
        : Buckets.TryGetValue(query, out var count)
            ? $$"""{"metric": {"le": "+Inf"}, "value": [{{time}}, "{{count}}"]}"""
        : "";
}
