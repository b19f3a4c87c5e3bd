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
            LiftCommand.Create(
                open, "accept",
                """
                After a restore, or when a lease was broken: what is there and not on record is how it goes on. A
                version that has all requests is the stable one from then on; where they are shared, they stay so until
                the next rollout.

                Example:
                  orel slot accept checkout -e production --reason "3.2.0 was released after the backup"
                """, "accepted as it is there", [service], [environment], parsed =>
                {
                    var slot = $"{parsed.GetValue(service)}.{parsed.GetValue(environment)}";
                    return (slot, $"/api/v1/slots/{Uri.EscapeDataString(slot)}/accept");
                }),
            BreakCommand.Create(open),
        };
    }
}
