using System.CommandLine;
using OrleansRelease.Cli.Connection;
using OrleansRelease.Cli.Texts;
using OrleansRelease.Core.Json;

namespace OrleansRelease.Cli.Commands;

/// <summary><c>orel slot break</c></summary>
internal static class BreakCommand
{
    private const string Help =
        """
        Takes the lease of a slot from a rollout or release that will never give it back: one that cannot be decided on
        any more, or that nobody can read. Where it can still be asked, abort it, or leave its service as it is.

        Nothing is moved: requests stay as they are shared at that moment, and none is refused any more. The router is
        told to take nothing from whoever had the lease; while it is away that is tried for hours, and nobody gets the
        lease. Then it is seen what is there: as on record, and the next one gets it; otherwise orel slot accept. Target
        and hooks hear of it with the next lease. Whoever had it stops when it comes to life and hears of this; a
        script for its way back that was written before works no more.

        Examples:
          orel slot break checkout -e production --reason "release 42 cannot be read since the upgrade"
          orel slot break checkout -e production --holder checkout.production.7 --reason "lost with its server"
        """;

    public static Command Create(SessionOpener open)
    {
        var command = new Command("break", Help);
        var service = new Argument<string>("SERVICE");
        var environment = Options.Environment(required: true);
        var holder = new Option<string?>("--holder")
        {
            Description = "from whom; where another one has the lease, nothing is done. Else whoever has it now",
            HelpName = "ROLLOUT",
        };
        var reason = new Option<string>("--reason") { Description = "why; kept on record", Required = true };
        var dryRun = Options.DryRun();
        var key = Repeatable.Option();
        command.Arguments.Add(service);
        foreach (var option in new Option[] { environment, holder, reason, dryRun, key }) command.Options.Add(option);
        command.SetAction((parsed, cancellation) => open.RunAsync(parsed, async session =>
        {
            var slot = $"{parsed.GetValue(service)}.{parsed.GetValue(environment)}";
            var path = $"/api/v1/slots/{Uri.EscapeDataString(slot)}";
            var (whom, problem) = parsed.GetValue(holder) is { } named
                ? (named, (int?)null)
                : await HolderAsync(session, slot, path, cancellation);
            if (problem is { } exit) return exit;
            var body = new { holder = whom, reason = parsed.GetValue(reason) };
            // Given once more, it means the same holder.
            var words = parsed.Tokens.Select(token => token.Value);
            var again = parsed.GetValue(holder) is null ? words.Concat(["--holder", whom!]) : words;
            var isDry = parsed.GetValue(dryRun);
            return await session.TellAsync(
                isDry
                    ? await session.Api.TryAsync($"{path}/break", body, cancellation)
                    : await session.Api.CommandAsync(
                        $"{path}/break", body, Repeatable.Of(parsed, key, again), cancellation),
                _ => isDry
                    ? $"the lease of {slot} would be taken from {whom} (dry run)"
                    : $"the lease of {slot} is taken from {whom}");
        }));
        return command;
    }

    private static async Task<(string? Holder, int? Exit)> HolderAsync(
        Session session, string slot, string path, CancellationToken cancellation)
    {
        var reply = await session.Api.GetAsync(path, cancellation);
        if (reply is not Reply.Answered { Json: var json }) return (null, await session.TellProblemAsync(reply));
        if (Vocabulary.Read<SlotAnswer>(json).State.Holder is { Rollout.Id: var holder }) return ($"{holder}", null);
        await session.Around.Error.WriteLineAsync($"refused   nobody has the lease of {slot}");
        return (null, ExitCode.Refused);
    }
}
