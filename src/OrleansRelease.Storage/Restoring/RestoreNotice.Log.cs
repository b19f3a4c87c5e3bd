using Microsoft.Extensions.Logging;

namespace OrleansRelease.Storage.Restoring;

internal sealed partial class RestoreNotice
{
    [LoggerMessage(Level = LogLevel.Warning,
        Message = "the store was restored, or copied to here: its epoch is {Epoch} now. Every slot is looked at before "
            + "anything is done in it; `orel doctor` lists what differs")]
    private partial void LogRestored(int epoch);
}
