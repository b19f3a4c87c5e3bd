using Microsoft.Extensions.Logging;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Grains.Durability;

internal abstract partial class DurableGrain<TState, TInput, TEvent>
{
    [LoggerMessage(Level = LogLevel.Error, Message = "{Kind} {Key} could not decide {Input}")]
    private partial void LogUndecided(string kind, string key, string input, Exception exception);

    [LoggerMessage(Level = LogLevel.Error,
        Message = "{Kind} {Key}: failure {Failures}, tried again at {RetryAt:o}: {Reason}")]
    private partial void LogPoisoned(string kind, string key, int failures, string reason, DateTimeOffset retryAt);

    [LoggerMessage(Level = LogLevel.Critical,
        Message = "{Kind} {Key} is quarantined after {Failures} failures until a person retries it: {Reason}")]
    private partial void LogQuarantined(string kind, string key, int failures, string reason);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "{Kind} {Key}: {Actor} had its failures forgotten ({Reason}), it is tried again")]
    private partial void LogLifted(string kind, string key, ActorName actor, string? reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Kind} {Key}: {Input} by {Actor}, transition {Sequence}")]
    private partial void LogCommanded(string kind, string key, string input, ActorName actor, long sequence);

    [LoggerMessage(Level = LogLevel.Error,
        Message = "{Kind} {Key}: whether transition {Sequence} is stored is not known; the row is let go of")]
    private partial void LogWriteLost(string kind, string key, long sequence, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Kind} {Key}: the state has {Size} bytes")]
    private partial void LogLarge(string kind, string key, int size);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Kind} {Key}: waking failed")]
    private partial void LogWakeFailed(string kind, string key, Exception exception);
}
