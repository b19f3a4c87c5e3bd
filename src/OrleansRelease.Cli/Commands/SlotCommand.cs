using System.CommandLine;
using OrleansRelease.Cli.Connection;

namespace OrleansRelease.Cli.Commands;

/// <summary><c>orel slot</c></summary>
internal static class SlotCommand
{
    public static Command Create(SessionOpener open)
    {
        var service = new Argument<string>("SERVICE");
        var environment = Options.Environment(required: true);
        return new Command("slot", "What may be asked of one service in one environment.")
        {
            LiftCommand.Create(
                open, "a slot", "orel slot retry checkout -e production", [service], [environment], parsed =>
                {
                    var slot = $"{parsed.GetValue(service)}.{parsed.GetValue(environment)}";
                    return (slot, $"/api/v1/slots/{Uri.EscapeDataString(slot)}/retry");
                }),
        };
    }
}
