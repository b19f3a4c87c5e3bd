using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Gateway.Requests;

/// <summary>
/// Who gives a command, and the id that makes its repetition the same command: actor, route and idempotency key.
/// </summary>
internal sealed record Caller(ActorName Actor, CommandId Id, bool DryRun)
{
    public const string KeyHeader = "Idempotency-Key";

    public const string DryRunQuery = "dryRun";

    public Command Command(string? reason = null) => new(Id, Actor, string.IsNullOrWhiteSpace(reason) ? null : reason);

    /// <summary>Called by the framework for every endpoint that takes a caller.</summary>
    public static ValueTask<Caller?> BindAsync(HttpContext http)
    {
        var actor = ActorName.From(http.User.Identity?.Name);
        var key = Key(http.Request);
        // Whoever sent none learns the key, so that an unknown outcome can still be asked for.
        http.Response.Headers[KeyHeader] = key;
        return ValueTask.FromResult<Caller?>(new(actor, IdOf(actor, http.Request, key), DryRunOf(http.Request)));
    }

    private static string Key(HttpRequest request)
    {
        var sent = request.Headers[KeyHeader];
        if (sent.Count == 0) return Guid.CreateVersion7().ToString();
        return sent is [{ Length: > 0 and <= GatewayLimits.IdempotencyKey } key] && key.All(c => c is > ' ' and <= '~')
            ? key
            : throw new BadHttpRequestException(
                $"{KeyHeader} must be 1 to {GatewayLimits.IdempotencyKey} printable ASCII characters, once");
    }

    // Hashed, because a route with its names is longer than an id may be.
    private static CommandId IdOf(ActorName actor, HttpRequest request, string key)
    {
        var what = Encoding.UTF8.GetBytes($"{actor}\n{request.Method} {request.Path}\n{key}");
        return CommandId.From($"http/{Convert.ToHexStringLower(SHA256.HashData(what))}");
    }

    private static bool DryRunOf(HttpRequest request) => request.Query[DryRunQuery] switch
    {
        [] => false,
        ["true"] => true,
        ["false"] => false,
        _ => throw new BadHttpRequestException("dryRun must be true or false"),
    };
}
