using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace OrleansRelease.Gateway;

/// <summary>The fixed bounds of a request.</summary>
public static class GatewayLimits
{
    /// <summary>The largest body with manifests, in bytes.</summary>
    public const int ManifestBody = 1024 * 1024;

    /// <summary>The largest body of any other request, in bytes.</summary>
    public const int Body = 16 * 1024;

    /// <summary>The longest page of a list.</summary>
    public const int Page = 500;

    /// <summary>The page of a list when nothing is asked for.</summary>
    public const int DefaultPage = 100;

    /// <summary>The longest reason of a command, in characters.</summary>
    public const int Reason = 1000;

    /// <summary>The longest idempotency key, in characters.</summary>
    public const int IdempotencyKey = 128;

    /// <summary>Bounds what a connection may send before an endpoint is known.</summary>
    public static KestrelServerOptions UseReleaseLimits(this KestrelServerOptions kestrel)
    {
        ArgumentNullException.ThrowIfNull(kestrel);
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = ManifestBody;
        kestrel.Limits.MaxRequestLineSize = 4 * 1024;
        kestrel.Limits.MaxRequestHeaderCount = 64;
        kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
        kestrel.Limits.MaxConcurrentConnections = 1000;
        return kestrel;
    }
}

/// <summary>Bounds the body of an endpoint.</summary>
internal sealed record BodyLimit(long Bytes) : IRequestSizeLimitMetadata
{
    public long? MaxRequestBodySize => Bytes;
}
