using System.CommandLine;
using System.CommandLine.Parsing;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Router;

/// <summary>The command line of a router, as a program of its own and as a verb of the server program.</summary>
public static class RouterCommand
{
    private static readonly TimeSpan MaxStreamIdle = TimeSpan.FromDays(1);

    private static readonly string[] Faults =
        [.. Enum.GetNames<RouterFault>().Skip(1).Select(fault => fault.ToLowerInvariant())];

    private static readonly Option<string> Data = new("--data")
    {
        Description = "The folder that holds what is stored, the admin token, and router.json, which says where the "
            + "router listens.",
        HelpName = "DIR",
        Required = true,
    };

    private static readonly Option<IReadOnlyList<string>> Urls = Addresses(
        "--urls", "Where users' requests come in; port 0 takes a free one. Several are separated by ';'.");

    private static readonly Option<IReadOnlyList<string>> AdminUrls = Addresses(
        "--admin-urls", "Where weights are set and counts are read.");

    private static readonly Option<bool> AllowRemote = new("--allow-remote")
    {
        Description = "Allow addresses that other machines can reach.",
    };

    private static readonly Option<string> TokenFile = new("--token-file")
    {
        Description = "Holds the admin token, nothing else; admin.token in the folder unless told otherwise.",
        HelpName = "FILE",
    };

    private static readonly Option<TimeSpan?> StreamIdleTimeout = new("--stream-idle-timeout")
    {
        Description = "What a stream of events may be silent for before it is ended; 100s unless told otherwise.",
        HelpName = "DURATION",
        CustomParser = ReadIdle,
    };

    private static readonly Option<string> Log = new("--log")
    {
        Description = "Appends what happens, for checkers that do not trust the router's own answers.",
        HelpName = "FILE",
    };

    private static readonly Option<RouterFault> Fault = new("--fault")
    {
        Description = $"A drill: the router misbehaves on purpose: {string.Join(", ", Faults)}.",
        HelpName = "KIND",
        CustomParser = ReadFault,
    };

    public static Command Build() => Define(new Command(
        "router", "Start a router, which shares the requests of a service between two versions."));

    internal static TCommand Define<TCommand>(TCommand command)
        where TCommand : Command
    {
        foreach (var option in (Option[])[
            Data, Urls, AdminUrls, AllowRemote, TokenFile, StreamIdleTimeout, Log, Fault])
        {
            command.Options.Add(option);
        }

        command.Validators.Add(CheckFolder);
        command.Validators.Add(CheckAddresses);
        command.SetAction((parsed, cancellation) => RouterProgram.RunAsync(Read(parsed), cancellation));
        return command;
    }

    /// <summary>What was said, of a command line without errors.</summary>
    internal static RouterOptions Read(ParseResult parsed)
    {
        var options = new RouterOptions
        {
            DataFolder = parsed.GetValue(Data)!,
            TokenFile = parsed.GetValue(TokenFile),
            LogFile = parsed.GetValue(Log),
            Fault = parsed.GetValue(Fault),
        };
        return options with
        {
            Urls = parsed.GetValue(Urls) ?? options.Urls,
            AdminUrls = parsed.GetValue(AdminUrls) ?? options.AdminUrls,
            StreamIdleTimeout = parsed.GetValue(StreamIdleTimeout) ?? options.StreamIdleTimeout,
        };
    }

    private static Option<IReadOnlyList<string>> Addresses(string name, string description) => new(name)
    {
        Description = $"{description} A free port on loopback unless told otherwise.",
        HelpName = "URL",
        CustomParser = result => [.. result.Tokens.SelectMany(token => ListenAddresses.Split(token.Value))],
    };

    private static void CheckFolder(CommandResult result)
    {
        if (result.GetValue(Data) is "") result.AddError($"{Data.Name} names no folder");
    }

    private static void CheckAddresses(CommandResult result)
    {
        foreach (var option in (Option<IReadOnlyList<string>>[])[Urls, AdminUrls])
        {
            if (result.GetValue(option) is { } urls
                && ListenAddresses.Problem(option.Name, urls, result.GetValue(AllowRemote)) is { } problem)
            {
                result.AddError(problem);
            }
        }
    }

    private static TimeSpan? ReadIdle(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (Duration.Parse(text) is { } idle && idle > TimeSpan.Zero && idle <= MaxStreamIdle) return idle;
        result.AddError(
            $"{StreamIdleTimeout.Name} {text} is not {Duration.Shape}, at most {Duration.Format(MaxStreamIdle)}");
        return null;
    }

    // By name only: the numbers behind the names mean nothing to who types them.
    private static RouterFault ReadFault(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (Faults.Contains(text)) return Enum.Parse<RouterFault>(text, ignoreCase: true);
        result.AddError($"{Fault.Name} {text} is not known; known are {string.Join(", ", Faults)}");
        return default;
    }
}
