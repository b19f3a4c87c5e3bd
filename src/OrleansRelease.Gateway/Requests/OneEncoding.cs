using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;

namespace OrleansRelease.Gateway.Requests;

/// <summary>Bodies are UTF-8: what says that it is something else is not read at all.</summary>
internal static class OneEncoding
{
    private const string Utf8 = "utf-8";

    public static Task CheckAsync(HttpContext http, RequestDelegate next)
    {
        if (IsKnown(http.Request.ContentType)) return next(http);
        http.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
        return Task.CompletedTask;
    }

    private static bool IsKnown(string? contentType) =>
        contentType is null
        || (MediaTypeHeaderValue.TryParse(contentType, out var type)
            && type.CharSet?.Trim('"') is var charset
            && (charset is null || Utf8.Equals(charset, StringComparison.OrdinalIgnoreCase)));
}
