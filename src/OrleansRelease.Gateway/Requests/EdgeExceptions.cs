using System.Data.Common;
using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OrleansRelease.Core.Commands;

namespace OrleansRelease.Gateway.Requests;

/// <summary>What exceptions mean to whoever sent the request.</summary>
internal sealed partial class EdgeExceptions(ILogger<EdgeExceptions> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(
        HttpContext http, Exception exception, CancellationToken cancellation)
    {
        if (exception is OperationCanceledException && http.RequestAborted.IsCancellationRequested)
        {
            // Nobody is left to read an answer.
            http.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return true;
        }

        await Problems.Of(Meaning(http, exception)).ExecuteAsync(http);
        return true;
    }

    private Refusal Meaning(HttpContext http, Exception exception)
    {
        switch (exception)
        {
            case BadHttpRequestException bad:
                return OfBadRequest(bad);
            case LimitExceededException or GatewayTooBusyException:
                LogBusy(http.Request.Method, http.GetEndpoint()?.DisplayName, exception);
                http.Response.Headers.RetryAfter = "1";
                return Problems.TooManyAtOnce(http.Request);
            case TimeoutException or OrleansException or DbException:
                LogNoAnswer(http.Request.Method, http.GetEndpoint()?.DisplayName, exception);
                return Problems.NoAnswer(http.Request);
            default:
                LogUnexpected(http.Request.Method, http.GetEndpoint()?.DisplayName, exception);
                return new(Problems.Unexpected, "an unexpected error; the log of the server has it by its traceId");
        }
    }

    private static Refusal OfBadRequest(BadHttpRequestException bad) => bad.StatusCode switch
    {
        StatusCodes.Status400BadRequest => new(
            Problems.BadRequest, bad.InnerException is JsonException json ? json.Message : bad.Message),
        _ => Problems.OfStatus(bad.StatusCode),
    };
}
