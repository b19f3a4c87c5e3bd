using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Router.Counting;
using OrleansRelease.Router.Routing;
using OrleansRelease.Router.Slots;

namespace OrleansRelease.Router.Admin;

/// <summary>Sets slots and reads counts, on a listener of its own, for who has the token.</summary>
internal sealed class AdminApi(SlotTable table, Upstreams upstreams, string startId)
{
    public const int MaxBodyBytes = 64 * 1024;

    private static readonly Problem BadWindow =
        new(400, "window-not-valid", "from and to are unix milliseconds, from before to");

    public static WebApplication Build(
        RouterOptions options, SlotTable table, Upstreams upstreams, AdminToken token, TimeProvider time,
        string startId)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "router" });
        builder.Logging.AddSimpleConsole().SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().UseUrls([.. options.AdminUrls]);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
        });
        var app = builder.Build();
        app.Use((context, next) =>
        {
            // Windows are asked for by time.
            context.Response.Headers[Clocks.Header] =
                time.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
            return next(context);
        });
        // Before routing: without the token not even the routes can be told apart.
        app.Use((context, next) =>
        {
            if (token.Admits(context.Request.Headers.Authorization)) return next(context);
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return new Problem(401, "token-required", "send the admin token as a bearer token").WriteAsync(context);
        });
        app.UseRouting();
        var api = new AdminApi(table, upstreams, startId);
        app.MapPut("/slots/{slot}", api.PutAsync);
        app.MapGet("/slots/{slot}", api.GetAsync);
        app.MapPost("/slots/{slot}/close", api.CloseAsync);
        app.MapGet("/slots/{slot}/window", api.WindowAsync);
        return app;
    }

    private async Task PutAsync(HttpContext context)
    {
        if (SlotKey.Parse(context.Request.RouteValues["slot"] as string) is not { } key)
            await new Problem(400, "slot-not-valid", $"a slot is {SlotKey.Shape}").WriteAsync(context);
        else if (await ReadBodyAsync(context) is not { } body)
            await new Problem(413, "body-too-large", $"a body has at most {MaxBodyBytes} bytes").WriteAsync(context);
        else if (SlotRules.Read(body.Span, out var problem) is not { } request)
            await problem!.WriteAsync(context);
        else if (await FirstLookAsync(key, request, context.RequestAborted) is { } unreached)
            await unreached.WriteAsync(context);
        else if (await table.SetAsync(key, request.Configuration, context.RequestAborted) is { } refused)
            await refused.WriteAsync(context);
        else
            await WriteAsync(context, Acknowledged(key, request.Configuration));
    }

    private async Task CloseAsync(HttpContext context)
    {
        if (SlotKey.Parse(context.Request.RouteValues["slot"] as string) is not { } key)
            await new Problem(400, "slot-not-valid", $"a slot is {SlotKey.Shape}").WriteAsync(context);
        else if (await ReadBodyAsync(context) is not { } body)
            await new Problem(413, "body-too-large", $"a body has at most {MaxBodyBytes} bytes").WriteAsync(context);
        else if (SlotRules.ReadFence(body.Span, out var problem) is not { } fence)
            await problem!.WriteAsync(context);
        else
            await CloseAsync(context, key, fence);
    }

    private async Task CloseAsync(HttpContext context, SlotKey key, Fence fence)
    {
        var (closed, refused) = await table.CloseAsync(key, fence, context.RequestAborted);
        if (closed is null) await refused!.WriteAsync(context);
        else await WriteAsync(context, Acknowledged(key, closed));
    }

    private static object Acknowledged(SlotKey key, SlotConfiguration set) =>
        new { Slot = key, set.Fence, set.Weights, set.Addresses, set.RequestTimeout, set.Shedding };

    // An overtaken fence gets its own answer; whether it would have reached anybody does not matter.
    private async Task<Problem?> FirstLookAsync(
        SlotKey key, SlotRequest request, CancellationToken cancellation)
    {
        var wanted = request.Configuration;
        var slot = table.Find(key);
        return slot?.Acknowledged is not { } current || wanted.Fence > current.Fence
            ? await upstreams.FirstLookAsync(slot, wanted, request.Look, cancellation)
            : null;
    }

    private async Task GetAsync(HttpContext context)
    {
        if (Find(context) is not { Acknowledged: { } set } slot)
        {
            await Unknown(context).WriteAsync(context);
            return;
        }

        await WriteAsync(context, new
        {
            Slot = slot.Key,
            set.Fence,
            set.Weights,
            set.Addresses,
            set.RequestTimeout,
            set.Shedding,
            Counts = slot.Counters.ToDictionary(pair => pair.Key, pair => pair.Value.Totals),
            slot.Shed,
            slot.Places.UnderWay,
            StartId = startId,
        });
    }

    private async Task WindowAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var version = query["version"].ToString();
        if (!Moment(query["from"], out var from) || !Moment(query["to"], out var to) || from >= to)
            await BadWindow.WriteAsync(context);
        else if (Find(context) is not { } slot)
            await Unknown(context).WriteAsync(context);
        else if (slot.CounterOf(version) is not { } counter)
            await new Problem(404, "version-unknown", $"{slot.Key} has no version '{version}'").WriteAsync(context);
        else
            await WriteAsync(context, counter.Count(from, to));
    }

    private static Task WriteAsync(HttpContext context, WindowCount count) => count switch
    {
        WindowCount.Counted counted => WriteAsync<WindowCount.Counted>(context, counted),
        WindowCount.NotOver => new Problem(425, "window-not-over", "the window is not over yet").WriteAsync(context),
        WindowCount.NotCovered(var since) => new Problem(410, "window-not-covered",
            $"counted only since {since}, after the window began").WriteAsync(context),
        WindowCount.Forgotten => new Problem(410, "window-forgotten",
            $"counts are kept for {RequestCounter.Kept.TotalMinutes} minutes").WriteAsync(context),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static bool Moment(string? text, out long milliseconds) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out milliseconds)
        && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    private Slot? Find(HttpContext context) =>
        SlotKey.Parse(context.Request.RouteValues["slot"] as string) is { } key ? table.Find(key) : null;

    private static Problem Unknown(HttpContext context) =>
        new(404, "slot-unknown", $"this router has no slot '{context.Request.RouteValues["slot"]}'");

    private static Task WriteAsync<T>(HttpContext context, T value)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(Vocabulary.Write(value), context.RequestAborted);
    }

    /// <summary>Null when it is too large.</summary>
    private static async Task<ReadOnlyMemory<byte>?> ReadBodyAsync(HttpContext context)
    {
        try
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            return body.ToArray();
        }
        catch (BadHttpRequestException tooLarge) when (tooLarge.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return null;
        }
    }
}
