using Microsoft.Extensions.Logging;
using OrleansRelease.Storage.Databases;

namespace OrleansRelease.Storage.Restoring;

/// <summary>Says so when the store that is opened turns out to be a restored one.</summary>
internal sealed partial class RestoreNotice(ILogger<RestoreNotice> logger)
{
    public void Give(Database database)
    {
        if (Restore.Notice(database) is { } epoch) LogRestored(epoch);
    }
}
