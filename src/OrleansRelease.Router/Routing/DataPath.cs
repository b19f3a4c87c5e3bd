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
internal sealed class DataPath(
    SlotTable table, Upstreams upstreams, IHttpForwarder forwarder, TimeSpan streamIdle, TimeProvider time)
{
    /// <summary>Who goes away after this long without an answer has not been served.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private static readonly Problem Shed = new(503, "shed",
        "the service is short of capacity, and requests of this class come last; come again as Retry-After says");

    private readonly ForwarderRequestConfig _streamLimits = new() { ActivityTimeout = streamIdle };

    public static WebApplication Build(
        RouterOptions options, SlotTable table, Upstreams upstreams, TimeProvider time)
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
            new DataPath(table, upstreams, services.GetRequiredService<IHttpForwarder>(),
            options.StreamIdleTimeout, time));
        var app = builder.Build();
        app.Run(app.Services.GetRequiredService<DataPath>().HandleAsync);
        return app;
    }

    private async Task HandleAsync(HttpContext context)
    {
        if (SlotOf(context.Request) is not { } slot)
        {
            await new Problem(503, "slot-unknown", "no slot that this router knows is named by the host or the path")
                .WriteAsync(context);
        }
        else
        {
            await AdmitAsync(context, slot, slot.Applied);
        }
    }

    private async Task AdmitAsync(HttpContext context, Slot slot, Applied? applied)
    {
        var shedder = applied?.Shedder;
        var asked = shedder?.ClassOf(context.Request.Headers) ?? RequestClass.Unasked;
        // What is kept for class high comes back when requests end, and nobody knows when a stream will.
        var isEndless = asked == RequestClass.Low && IsStream(context.Request);
        if (isEndless || !slot.Places.TryEnter(asked, shedder?.Capacity ?? 0))
        {
            await RefuseAsync(context, slot, shedder!);
            return;
        }

        try
        {
            await ServeAsync(context, slot, applied);
        }
        finally
        {
            slot.Places.Leave(asked, wasCutOff: context.Features.Get<IForwarderErrorFeature>() is not null);
        }
    }

    /// <summary>It is no request of a version, and so neither good nor bad of one.</summary>
    private static Task RefuseAsync(HttpContext context, Slot slot, Shedder shedder)
    {
        slot.CountShed();
        context.Response.Headers.RetryAfter = shedder.RetryAfter;
        return Shed.WriteAsync(context);
    }

    private async Task ServeAsync(HttpContext context, Slot slot, Applied? applied)
    {
        if (applied?.Choice.Next() is { } chosen)
            await ForwardAsync(context, chosen);
        else
            await new Problem(503, "nothing-has-weight", $"no version of {slot.Key} has weight").WriteAsync(context);
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
        bool? bad = true;
        try
        {
            bad = IsStream(context.Request)
                ? await StreamAsync(context, chosen, began)
                : IsBad(await SendAsync(
                    context, chosen, chosen.Limits, ForwardedHeaders.Instance, context.RequestAborted), context, began);
        }
        finally
        {
            if (bad is { } known) chosen.Counter.End(known, time.GetElapsedTime(began) > RunningRouter.SlowFrom);
        }

        if (context.Features.Get<IForwarderErrorFeature>() is { } failed && !context.Response.HasStarted)
            await ExplainAsync(context, chosen, failed.Error);
    }

    /// <summary>
    /// That it is a stream is only what its user says: until an answer begins, the version has no more time for it.
    /// </summary>
    private async Task<bool?> StreamAsync(HttpContext context, Chosen chosen, long began)
    {
        using var silent = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        await using var limit = time.CreateTimer(
            _ => silent.Cancel(), null, chosen.Limits.ActivityTimeout!.Value, Timeout.InfiniteTimeSpan);
        var headers = new ForwardedHeaders(() => limit.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));
        var error = await SendAsync(context, chosen, _streamLimits, headers, silent.Token);
        // It has begun and nobody broke it: it was quiet, perhaps because there was nothing to say, or its user left.
        if (WasGivenUp(context, error)) return context.Response.StatusCode >= 500;
        if (!silent.IsCancellationRequested || context.RequestAborted.IsCancellationRequested)
            return IsBad(error, context, began);
        if (!context.Response.HasStarted) context.Response.StatusCode = StatusCodes.Status504GatewayTimeout;
        return true;
    }

    private ValueTask<ForwarderError> SendAsync(
        HttpContext context, Chosen chosen, ForwarderRequestConfig limits, ForwardedHeaders headers,
        CancellationToken cancellation) => forwarder.SendAsync(
            context, chosen.Address.AbsoluteUri, upstreams.Invoker, limits, headers, cancellation);

    private static Task ExplainAsync(HttpContext context, Chosen chosen, ForwarderError error) =>
        context.RequestAborted.IsCancellationRequested
            ? Task.CompletedTask
            : new Problem(context.Response.StatusCode, "version-did-not-answer",
                $"version {chosen.Version} did not answer: {error}").WriteAsync(context);

    private static bool WasGivenUp(HttpContext context, ForwarderError error) =>
        error == ForwarderError.ResponseBodyCanceled
        || (error == ForwarderError.ResponseBodyDestination
            && context.Features.Get<IForwarderErrorFeature>()?.Exception is OperationCanceledException);

    private static bool IsStream(HttpRequest request) =>
        request.Headers.Upgrade.Count > 0
        || request.Headers.Accept.ToString().Contains("text/event-stream", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// A server error, a version that was silent for too long, or a connection that it broke. A user who goes away is
    /// not the version's fault, unless it had time enough to answer and did not begin to; before that nobody knows, and
    /// it is no evidence for the version either. Neither is what a user did not send to its end.
    /// </summary>
    private bool? IsBad(ForwarderError error, HttpContext context, long began) => error switch
    {
        ForwarderError.None => context.Response.StatusCode >= 500,
        ForwarderError.RequestBodyClient => context.Response.HasStarted ? false : null,
        ForwarderError.RequestCanceled or ForwarderError.RequestBodyCanceled =>
            context.Response.HasStarted ? false : time.GetElapsedTime(began) > Patience ? true : null,
        // Also what the router has ended itself, because no more of the answer came.
        ForwarderError.ResponseBodyCanceled when !context.RequestAborted.IsCancellationRequested => true,
        ForwarderError.ResponseBodyCanceled or ForwarderError.ResponseBodyClient => context.Response.StatusCode >= 500,
        ForwarderError.UpgradeRequestCanceled or ForwarderError.UpgradeRequestClient
            or ForwarderError.UpgradeResponseCanceled or ForwarderError.UpgradeResponseClient
            or ForwarderError.UpgradeActivityTimeout => false,
        _ => true,
    };
}
