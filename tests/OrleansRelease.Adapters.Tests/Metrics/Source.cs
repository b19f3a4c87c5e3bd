using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace OrleansRelease.Adapters.Tests.Metrics;

/// <summary>A real HTTP server that answers every path with one text, and remembers what it was asked.</summary>
internal sealed class Source : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Source()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "source" });
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(async context =>
        {
            Asked.Enqueue(context.Request.GetEncodedPathAndQuery());
            Tokens.Enqueue(context.Request.Headers.Authorization.ToString());
            await Answer(context);
        });
    }

    public ConcurrentQueue<string> Asked { get; } = [];

    public ConcurrentQueue<string> Tokens { get; } = [];

    public RequestDelegate Answer { get; set; } = context => context.Response.WriteAsync("{}");

    public Uri Url => new(_app.Urls.First());

    public static async Task<Source> StartAsync()
    {
        var source = new Source();
        await source._app.StartAsync();
        return source;
    }

    public void Says(string text, int status = 200) => Answer = context =>
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync(text);
    };

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
