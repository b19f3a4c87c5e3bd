using Microsoft.Extensions.Logging;

namespace OrleansRelease.Storage.Formats;

internal sealed partial class StoreFormat
{
    [LoggerMessage(Level = LogLevel.Information,
        Message = "the store was finalized: format {Format} is written from now on")]
    private partial void LogRaised(int format);

    [LoggerMessage(Level = LogLevel.Critical,
        Message = "the store was finalized to format {Format} and this build knows formats up to {Newest}: it cannot "
            + "go on with what newer builds write; stop it")]
    private partial void LogTooNew(int format, int newest);

    [LoggerMessage(Level = LogLevel.Warning, Message = "the store did not tell its format; going on with the last one")]
    private partial void LogNotAsked(Exception exception);
}
