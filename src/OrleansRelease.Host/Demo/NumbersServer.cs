using OrleansRelease.Core.Json;
using OrleansRelease.Files;

namespace OrleansRelease.Host.Demo;

/// <summary>
/// The demo's monitoring: a process of its own that passes on what the router has counted, so that it can fail without
/// anything else failing. It can be told to know nothing of one version.
/// </summary>
internal static class NumbersServer
{
    public const string Verb = "demo-numbers";

    public const string UrlFileName = "numbers.url";

    private static readonly TimeSpan RouterAnswersWithin = TimeSpan.FromSeconds(1);

    public static async Task<int> RunAsync(string root, string? silentFor, string url, CancellationToken cancellation)
    {
        var folder = new DemoFolder(root);
        var admin = RouterFiles.Read(folder).Admin;
        using var router = new HttpClient { BaseAddress = admin, Timeout = RouterAnswersWithin };
        router.DefaultRequestHeaders.Authorization = new("Bearer", RouterFiles.Token(folder));
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "numbers" });
        builder.WebHost.UseKestrelCore().UseUrls(url);
        builder.Logging.AddSimpleConsole().SetMinimumLevel(LogLevel.Warning);
        await using var app = builder.Build();
        app.Run(context => context.Request.Query["version"] == silentFor
            ? KnowNothingAsync(context)
            : PassOnAsync(context, router));
        await app.StartAsync(cancellation);
        AtomicFile.Write(Path.Combine(folder.Numbers, UrlFileName), app.Urls.First());
        await app.WaitForShutdownAsync(cancellation);
        return 0;
    }

    private static async Task PassOnAsync(HttpContext context, HttpClient router)
    {
        var path = (context.Request.Path.Value ?? "/").TrimStart('/') + context.Request.QueryString;
        using var answer = await router.GetAsync(new Uri(path, UriKind.Relative), context.RequestAborted);
        context.Response.StatusCode = (int)answer.StatusCode;
        context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        await answer.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    private static Task KnowNothingAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        context.Response.ContentType = "application/problem+json";
        return context.Response.WriteAsync(Vocabulary.Write(new
        {
            Code = "version-unknown",
            Title = "the metric exists, and no series has this version",
        }));
    }
}
