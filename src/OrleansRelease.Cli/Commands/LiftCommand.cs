using System.CommandLine;
using OrleansRelease.Cli.Connection;

namespace OrleansRelease.Cli.Commands;

/// <summary>
/// <c>retry</c> of what was put aside because it could not be decided on time and again, and other verbs of the like.
/// </summary>
internal static class LiftCommand
{
    /// <summary>Below a command that knows from its arguments what is meant, and where it is.</summary>
    public static Command Create(
        SessionOpener open, string what, string example, IReadOnlyList<Argument> arguments,
        IReadOnlyList<Option> options, Func<ParseResult, (string Name, string Path)> of) => Create(
        open, "retry",
        $"""
        Lets {what} that could not be decided on time and again be tried again, once its cause is gone.

        Example:
          {example} --reason "upgraded"
        """, "tried again", arguments, options, of);

    /// <summary>A verb of one thing, after which it <paramref name="is"/> something.</summary>
    public static Command Create(
        SessionOpener open, string verb, string description, string @is, IReadOnlyList<Argument> arguments,
        IReadOnlyList<Option> options, Func<ParseResult, (string Name, string Path)> of)
    {
        var command = new Command(verb, description);
        var reason = new Option<string?>("--reason") { Description = "why; kept on record" };
        var dryRun = Options.DryRun();
        var key = Repeatable.Option();
        foreach (var argument in arguments) command.Arguments.Add(argument);
        foreach (var option in options.Concat([reason, dryRun, key])) command.Options.Add(option);
        command.SetAction((parsed, cancellation) => open.RunAsync(parsed, async session =>
        {
            var (name, path) = of(parsed);
            var isDry = parsed.GetValue(dryRun);
            var body = new { reason = parsed.GetValue(reason) };
            return await session.TellAsync(
                isDry
                    ? await session.Api.TryAsync(path, body, cancellation)
                    : await session.Api.CommandAsync(path, body, Repeatable.Of(parsed, key), cancellation),
                _ => $"{name} {(isDry ? $"would be {@is} (dry run)" : $"is {@is}")}");
        }));
        return command;
    }
}
