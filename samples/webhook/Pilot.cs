using System.Collections.Concurrent;
using System.Text.Json;
// The project's SDK implies these; tests that compile this file need them written down.
#pragma warning disable IDE0005
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
#pragma warning restore IDE0005

namespace PilotEndpoint;

/// <summary>What is asked for, as the body says it.</summary>
public sealed record Asked(string Do, string Slot, string Version, Fence? Fence, DateTimeOffset? NotAfter);

/// <summary>
/// A whole endpoint for a webhook connection with <c>storesFences: true</c>: every change carries a fence, a lower one
/// than was accepted changes nothing, an equal one is the same change once more.
/// </summary>
public sealed class Pilot(byte[] key, SlotFile record, Instances instances, TimeProvider time)
{
    private const int MaxBody = 64 * 1024;

    private readonly ConcurrentDictionary<string, SemaphoreSlim> _turns = new();

    /// <summary>What was wanted when this program ended is started again.</summary>
    public async Task StartAsync()
    {
        foreach (var (slot, version) in record.Wanted()) await instances.StartAsync(slot, version);
    }

    public WebApplication Serve(string url)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "pilot" });
        builder.WebHost.UseKestrelCore().UseUrls(url);
        var app = builder.Build();
        app.Run(AnswerAsync);
        return app;
    }

    public async Task AnswerAsync(HttpContext context)
    {
        var body = await ReadAsync(context.Request);
        var headers = context.Request.Headers;
        if (!Signature.Holds(
            key, headers["webhook-id"], headers["webhook-timestamp"], headers["webhook-signature"], body,
            time.GetUtcNow()))
        {
            await NoAsync(context, 401, "the signature does not hold", null);
            return;
        }

        var asked = JsonSerializer.Deserialize<Asked>(body, JsonSerializerOptions.Web)!;
        if (asked.Do == "observe") await SeeAsync(context, asked);
        else if (asked is { Do: "deploy" or "retire", Fence: { } fence }) await InTurnAsync(context, asked, fence);
        else await NoAsync(context, 422, $"this endpoint does not {asked.Do}", null);
    }

    private Task SeeAsync(HttpContext context, Asked asked)
    {
        var slot = record.Of(asked.Slot);
        var isWanted = slot.Wanted.Contains(asked.Version);
        var addresses = instances.AddressesOf(asked.Slot, asked.Version);
        return context.Response.WriteAsJsonAsync(new
        {
            wanted = isWanted ? Math.Max(addresses.Length, 1) : 0,
            ready = isWanted ? addresses.Length : 0,
            restarts = 0,
            addresses,
            fence = slot.Fence,
        });
    }

    // One change of a slot at a time, so that what is compared is still so when it is acted upon.
    private async Task InTurnAsync(HttpContext context, Asked asked, Fence fence)
    {
        var turn = _turns.GetOrAdd(asked.Slot, _ => new SemaphoreSlim(1));
        await turn.WaitAsync(context.RequestAborted);
        try
        {
            await ChangeAsync(context, asked, fence);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task ChangeAsync(HttpContext context, Asked asked, Fence fence)
    {
        var slot = record.Of(asked.Slot);
        if (slot.Fence is { } accepted && fence.IsLowerThan(accepted))
        {
            await NoAsync(context, 409, "a higher fence was accepted", accepted);
            return;
        }

        var isSame = slot.Do == asked.Do && slot.Version == asked.Version;
        if (slot.Fence == fence && !isSame)
        {
            await NoAsync(context, 409, "this fence was used for something else", null);
            return;
        }

        if (asked.NotAfter < time.GetUtcNow())
        {
            await NoAsync(context, 408, "it came too late", null);
            return;
        }

        if (slot.Fence == fence && slot.IsDone) return;
        var others = slot.Wanted.Where(version => version != asked.Version);
        string[] wanted = asked.Do == "deploy" ? [.. others, asked.Version] : [.. others];
        var next = new Slot(fence, asked.Do, asked.Version, IsDone: false, wanted);
        record.Keep(asked.Slot, next);
        if (asked.Do == "deploy") await instances.StartAsync(asked.Slot, asked.Version);
        else await instances.StopAsync(asked.Slot, asked.Version);
        record.Keep(asked.Slot, next with { IsDone = true });
    }

    private static Task NoAsync(HttpContext context, int status, string title, Fence? accepted)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(
            new { title, accepted }, JsonSerializerOptions.Web, "application/problem+json");
    }

    private static async Task<byte[]> ReadAsync(HttpRequest request)
    {
        var body = new byte[MaxBody];
        var read = await request.Body.ReadAtLeastAsync(
            body, MaxBody, throwOnEndOfStream: false, request.HttpContext.RequestAborted);
        return body[..read];
    }
}
