using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Json;

namespace OrleansRelease.Router;

/// <summary>An answer that is a "no": a stable code, what is wrong, for a fence the one that was accepted.</summary>
internal sealed record Problem(int Status, string Code, string Title, Fence? Accepted = null)
{
    public async Task WriteAsync(HttpContext context)
    {
        context.Response.StatusCode = Status;
        context.Response.ContentType = "application/problem+json";
        await JsonSerializer.SerializeAsync(
            context.Response.Body, this, Vocabulary.Options, context.RequestAborted);
    }
}
