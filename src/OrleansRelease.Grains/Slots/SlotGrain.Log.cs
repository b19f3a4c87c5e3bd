using Microsoft.Extensions.Logging;

namespace OrleansRelease.Grains.Slots;

internal sealed partial class SlotGrain
{
    [LoggerMessage(Level = LogLevel.Error,
        Message = "slot {Slot}: the specification {Hash} by which it is looked at is not in the store")]
    private partial void LogNothingToLookBy(string slot, string hash);

    [LoggerMessage(Level = LogLevel.Warning, Message = "slot {Slot}: what is there could not be looked at")]
    private partial void LogNotLooked(string slot, Exception exception);
}
