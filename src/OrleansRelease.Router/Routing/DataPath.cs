using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansRelease.Core.Identity;
using OrleansRelease.Router.Slots;
using Yarp.ReverseProxy.Forwarder;

namespace OrleansRelease.Router.Routing;

/// <summary>
/// Users' requests. The slot is named by the host (<c>checkout.production</c>, with or without more labels after it)
/// or else by the first segment of the path (<c>/checkout.production/…</c>), which is then cut off.
/// </summary>
internal sealed class DataPath(SlotTable table, IHttpForwarder forwarder, TimeProvider time) : IDisposable
{
    /// <summary>Who goes away after this long without an answer has not been served.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private static readonly ForwarderRequestConfig Limits = new() { ActivityTimeout = TimeSpan.FromSeconds(100) };

    private readonly HttpMessageInvoker _invoker = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        EnableMultipleHttp2Connections = true,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    });

    public static WebApplication Build(RouterOptions options, SlotTable table, TimeProvider time)
    {
        // No configuration from outside: a variable meant for another program must not move this listener.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "router" });
        builder.Logging.AddSimpleConsole().SetMinimumLevel(LogLevel.Warning);
        // One broken upstream would write a line per request; the counts say it better.
        builder.Logging.AddFilter("Yarp", LogLevel.Critical);
        builder.WebHost.UseKestrelCore().UseUrls([.. options.Urls]);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // The service behind knows how much it takes.
            kestrel.Limits.MaxRequestBodySize = null;
        });
        builder.Services.AddHttpForwarder();
        builder.Services.AddSingleton(services =>
            new DataPath(table, services.GetRequiredService<IHttpForwarder>(), time));
        var app = builder.Build();
        app.Run(app.Services.GetRequiredService<DataPath>().HandleAsync);
        return app;
    }

    public void Dispose() => _invoker.Dispose();

    private async Task HandleAsync(HttpContext context)
    {
        if (SlotOf(context.Request) is not { } slot)
        {
            await new Problem(503, "slot-unknown", "no slot that this router knows is named by the host or the path")
                .WriteAsync(context);
        }
        else if (slot.Choice?.Next() is not { } chosen)
        {
            await new Problem(503, "nothing-has-weight", $"no version of {slot.Key} has weight").WriteAsync(context);
        }
        else
        {
            await ForwardAsync(context, chosen);
        }
    }

    private Slot? SlotOf(HttpRequest request)
    {
        var named = request.Host.Host.Split('.', 3) is [var service, var environment, ..]
            ? SlotKey.Parse($"{service}.{environment}")
            : null;
        if (named is not null && table.Find(named.Value) is { } byHost) return byHost;
        var path = request.Path.Value ?? "";
        var end = path.IndexOf('/', Math.Min(1, path.Length));
        var first = end < 0 ? path : path[..end];
        if (first.Length == 0 || SlotKey.Parse(first[1..]) is not { } key) return null;
        if (table.Find(key) is not { } byPath) return null;
        request.PathBase = request.PathBase.Add(first);
        request.Path = end < 0 ? "/" : path[end..];
        return byPath;
    }

    private async Task ForwardAsync(HttpContext context, Chosen chosen)
    {
        var began = time.GetTimestamp();
        chosen.Counter.Start();
        var bad = true;
        try
        {
            var error = await forwarder.SendAsync(
                context, chosen.Address.AbsoluteUri, _invoker, Limits, ForwardedHeaders.Instance);
            bad = IsBad(error, context.Response, time.GetElapsedTime(began));
        }
        finally
        {
            chosen.Counter.End(bad, time.GetElapsedTime(began) > RunningRouter.SlowFrom);
        }

        if (context.Features.Get<IForwarderErrorFeature>() is { } failed && !context.Response.HasStarted)
            await ExplainAsync(context, chosen, failed.Error);
    }

    private static Task ExplainAsync(HttpContext context, Chosen chosen, ForwarderError error) =>
        context.RequestAborted.IsCancellationRequested
            ? Task.CompletedTask
            : new Problem(context.Response.StatusCode, "version-did-not-answer",
                $"version {chosen.Version} did not answer: {error}").WriteAsync(context);

    /// <summary>
    /// A server error, or a connection that the version broke. A user who goes away is not the version's fault, unless
    /// it had time enough to answer and did not begin to.
    /// </summary>
    private static bool IsBad(ForwarderError error, HttpResponse response, TimeSpan took) => error switch
    {
        ForwarderError.None => response.StatusCode >= 500,
        ForwarderError.RequestCanceled or ForwarderError.RequestBodyCanceled or ForwarderError.RequestBodyClient =>
            took > Patience && !response.HasStarted,
        ForwarderError.ResponseBodyCanceled or ForwarderError.ResponseBodyClient => response.StatusCode >= 500,
        ForwarderError.UpgradeRequestCanceled or ForwarderError.UpgradeRequestClient
            or ForwarderError.UpgradeResponseCanceled or ForwarderError.UpgradeResponseClient => false,
        _ => true,
    };
}
