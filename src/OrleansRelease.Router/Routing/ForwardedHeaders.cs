using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;

namespace OrleansRelease.Router.Routing;

/// <summary>
/// The version is asked at its own address and told in <c>X-Forwarded-*</c> whom it answers; what a user wrote there
/// is not believed.
/// </summary>
internal sealed class ForwardedHeaders(Action? onAnswer = null) : HttpTransformer
{
    public static readonly ForwardedHeaders Instance = new();

    /// <summary>The version has begun to answer; the user sees that only with the first bytes of a body.</summary>
    public override ValueTask<bool> TransformResponseAsync(
        HttpContext context, HttpResponseMessage? response, CancellationToken cancellation)
    {
        if (response is not null) onAnswer?.Invoke();
        return base.TransformResponseAsync(context, response, cancellation);
    }

    public override async ValueTask TransformRequestAsync(
        HttpContext context, HttpRequestMessage request, string destinationPrefix, CancellationToken cancellation)
    {
        await base.TransformRequestAsync(context, request, destinationPrefix, cancellation);
        request.Headers.Host = null;
        Set("X-Forwarded-For", context.Connection.RemoteIpAddress?.ToString());
        Set("X-Forwarded-Proto", context.Request.Scheme);
        Set("X-Forwarded-Host", context.Request.Host.Value);
        Set("X-Forwarded-Prefix", context.Request.PathBase.Value);

        void Set(string name, string? value)
        {
            request.Headers.Remove(name);
            if (!string.IsNullOrEmpty(value)) request.Headers.TryAddWithoutValidation(name, value);
        }
    }
}
