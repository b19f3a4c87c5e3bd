using System.CommandLine;
using OrleansRelease.Cli.Connection;

namespace OrleansRelease.Cli.Commands;

/// <summary><c>orel slot</c></summary>
internal static class SlotCommand
{
    public static Command Create(SessionOpener open)
    {
        var command = new Command("slot", "What may be asked of one service in one environment.");
        command.Subcommands.Add(Retry(open));
        return command;
    }

    private static Command Retry(SessionOpener open)
    {
        var command = new Command("retry",
            """
            Lets a slot that could not be decided on time and again be tried again, once its cause is gone.

            Example:
              orel slot retry checkout -e production --reason "upgraded"
            """);
        var service = new Argument<string>("SERVICE");
        var environment = Options.Environment(required: true);
        var reason = new Option<string?>("--reason") { Description = "why; kept on record" };
        var dryRun = Options.DryRun();
        var key = Repeatable.Option();
        command.Arguments.Add(service);
        foreach (var option in new Option[] { environment, reason, dryRun, key }) command.Options.Add(option);
        command.SetAction((parsed, cancellation) => open.RunAsync(parsed, async session =>
        {
            var slot = $"{parsed.GetValue(service)}.{parsed.GetValue(environment)}";
            var isDry = parsed.GetValue(dryRun);
            var path = $"/api/v1/slots/{Uri.EscapeDataString(slot)}/retry";
            var body = new { reason = parsed.GetValue(reason) };
            return await session.TellAsync(
                isDry
                    ? await session.Api.TryAsync(path, body, cancellation)
                    : await session.Api.CommandAsync(path, body, Repeatable.Of(parsed, key), cancellation),
                _ => $"{slot} {(isDry ? "would be tried again (dry run)" : "is tried again")}");
        }));
        return command;
    }
}
