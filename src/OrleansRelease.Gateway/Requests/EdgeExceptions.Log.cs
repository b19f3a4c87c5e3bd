using Microsoft.Extensions.Logging;

namespace OrleansRelease.Gateway.Requests;

internal sealed partial class EdgeExceptions
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "no answer to {Method} {Endpoint}")]
    private partial void LogNoAnswer(string method, string? endpoint, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "too busy for {Method} {Endpoint}")]
    private partial void LogBusy(string method, string? endpoint, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "unexpected at {Method} {Endpoint}")]
    private partial void LogUnexpected(string method, string? endpoint, Exception exception);
}
