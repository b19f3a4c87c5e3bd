using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace OrleansRelease.Adapters.Tests.Monitors;

/// <summary>A real web server on loopback, with TLS where it has a certificate.</summary>
internal sealed class Page : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Page(X509Certificate2? certificate)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "page" });
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                if (certificate is not null) listen.UseHttps(certificate);
            }));
        _app = builder.Build();
        _app.Run(context =>
        {
            Asked.Enqueue($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}");
            Tokens.Enqueue(context.Request.Headers.Authorization.ToString());
            return Answer(context);
        });
    }

    public ConcurrentQueue<string> Asked { get; } = [];

    public ConcurrentQueue<string> Tokens { get; } = [];

    public RequestDelegate Answer { get; set; } = context => context.Response.WriteAsync("<h1>Checkout</h1>");

    public Uri Url => new(_app.Urls.First());

    public static async Task<Page> StartAsync(X509Certificate2? certificate = null)
    {
        var page = new Page(certificate);
        await page._app.StartAsync();
        return page;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
