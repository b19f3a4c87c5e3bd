using Microsoft.Extensions.Logging;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Grains.Slots;

internal sealed partial class SlotGrain
{
    [LoggerMessage(Level = LogLevel.Error,
        Message = "slot {Slot}: the specification {Hash} by which it is looked at is not in the store")]
    private partial void LogNothingToLookBy(string slot, string hash);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "slot {Slot} waits for {Source} and could not read what was decided there; it is tried again")]
    private partial void LogNotRead(string slot, SlotKey source, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "slot {Slot}: what is there could not be looked at")]
    private partial void LogNotLooked(string slot, Exception exception);
}
