namespace OrleansRelease.Host.Running;

internal sealed partial class RepeatedCalls
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "no answer to {Interface}.{Method}: asking again")]
    private partial void LogRepeated(string @interface, string method, Exception exception);
}
