using Microsoft.Extensions.Logging;

namespace OrleansRelease.Grains.Monitors;

internal sealed partial class MonitorLook
{
    [LoggerMessage(
        Level = LogLevel.Warning, Message = "what {Other} sees of the monitor {Monitor} could not be asked")]
    private partial void LogNotAsked(string monitor, SiloAddress other, Exception exception);
}
