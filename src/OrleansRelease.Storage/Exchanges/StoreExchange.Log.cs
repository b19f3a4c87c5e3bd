using Microsoft.Extensions.Logging;

namespace OrleansRelease.Storage.Exchanges;

internal sealed partial class StoreExchange
{
    [LoggerMessage(Level = LogLevel.Warning,
        Message = "the store did not tell its time and format; going on from the last ones")]
    private partial void LogNoAnswer(Exception exception);

    [LoggerMessage(Level = LogLevel.Critical,
        Message = "another store is where the one was that this server has opened: it was {Opened} and is {Found} now, "
            + "as after a restore. Nothing is done or written any more and this server stops. Stop all others that "
            + "work on it, too, and start them again: then every slot is looked at before anything is done in it")]
    private partial void LogReplaced(string opened, string found);
}
