namespace OrleansRelease.Host.Telemetry;

internal sealed partial class StoreGauges
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "the store was asked for its numbers and did not answer")]
    private partial void LogNotAnswered(Exception exception);
}
