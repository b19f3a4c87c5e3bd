using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace OrleansRelease.Adapters.Tests.Targets.Webhook;

/// <summary>One request as it came.</summary>
internal sealed record Heard(string Path, string Id, string Do, JsonElement Body);

/// <summary>A real HTTP server that behaves as a test says, and remembers what it was asked.</summary>
internal sealed class ScriptedEndpoint : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ScriptedEndpoint()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "scripted" });
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    public Uri Url => new(_app.Urls.First());

    public ConcurrentQueue<Heard> All { get; } = [];

    public IEnumerable<Heard> Changes => All.Where(heard => heard.Do is not ("observe" or "status"));

    /// <summary>What a change is answered; as if it were done when nobody says something else.</summary>
    public RequestDelegate OnChange { get; set; } = _ => Task.CompletedTask;

    public RequestDelegate OnStatus { get; set; } = _ => Task.CompletedTask;

    public RequestDelegate OnObserve { get; set; } = Saying(200, """{"wanted":0,"ready":0}""");

    public static async Task<ScriptedEndpoint> StartAsync()
    {
        var endpoint = new ScriptedEndpoint();
        await endpoint._app.StartAsync();
        return endpoint;
    }

    public static RequestDelegate Saying(int status, string body, string type = "application/json") => context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        return context.Response.WriteAsync(body);
    };

    /// <summary>So many of each of these, one after the other, and the last one from then on.</summary>
    public static RequestDelegate InTurn(params RequestDelegate[] answers)
    {
        var asked = -1;
        return context => answers[Math.Min(Interlocked.Increment(ref asked), answers.Length - 1)](context);
    }

    public static RequestDelegate Sees(int wanted, int ready) =>
        Saying(200, $$"""{"wanted":{{wanted}},"ready":{{ready}}}""");

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var body = context.Request.Method == "GET"
            ? default
            : await JsonSerializer.DeserializeAsync<JsonElement>(context.Request.Body);
        var what = context.Request.Method == "GET" ? "status" : body.GetProperty("do").GetString()!;
        All.Enqueue(new(context.Request.Path, $"{context.Request.Headers["webhook-id"]}", what, body));
        await (what switch { "status" => OnStatus, "observe" => OnObserve, _ => OnChange })(context);
    }
}
