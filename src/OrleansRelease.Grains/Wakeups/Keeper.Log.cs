using Microsoft.Extensions.Logging;

namespace OrleansRelease.Grains.Wakeups;

internal sealed partial class Keeper
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "which rows are due could not be asked")]
    private partial void LogPassFailed(Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "the reminders of the shards could not be set up yet")]
    private partial void LogNotReminded(Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "waking shard {Shard} failed")]
    private partial void LogShardFailed(int shard, Exception exception);
}
