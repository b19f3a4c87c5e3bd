using Microsoft.Extensions.Logging;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Grains.Releases;

internal sealed partial class SoakReader
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "{Passage}: what was measured of it could not be told")]
    private partial void LogUntold(PassageId passage, Exception exception);
}
