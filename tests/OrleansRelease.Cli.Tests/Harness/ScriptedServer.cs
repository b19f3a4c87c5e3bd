using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OrleansRelease.Cli.Tests.Harness;

/// <summary>A server on a free port that answers as a test says, and remembers what it was asked.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ScriptedServer(WebApplication app) => _app = app;

    public ConcurrentQueue<Asked> Requests { get; } = [];

    public string Url => _app.Urls.First();

    public static async Task<ScriptedServer> StartAsync(Func<HttpContext, Asked, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new ScriptedServer(builder.Build());
        server._app.Run(async http =>
        {
            using var reader = new StreamReader(http.Request.Body);
            var asked = new Asked(
                http.Request.Method, http.Request.Path + http.Request.QueryString, await reader.ReadToEndAsync(),
                http.Request.Headers["Idempotency-Key"].SingleOrDefault(),
                http.Request.Headers.Authorization.SingleOrDefault());
            server.Requests.Enqueue(asked);
            await answer(http, asked);
        });
        await server._app.StartAsync();
        return server;
    }

    /// <summary>Answers every request alike.</summary>
    public static Task<ScriptedServer> StartAsync(int status, string body) =>
        StartAsync((http, _) => AnswerAsync(http, status, body));

    public static Task AnswerAsync(HttpContext http, int status, string body)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = status < 400 ? "application/json" : "application/problem+json";
        return http.Response.WriteAsync(body);
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}

internal sealed record Asked(string Method, string Path, string Body, string? Key, string? Authorization);
