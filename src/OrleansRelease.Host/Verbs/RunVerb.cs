using System.CommandLine;
using System.Net;
using OrleansRelease.Core.Units;
using OrleansRelease.Host.Running;
using OrleansRelease.Host.Telemetry;
using OrleansRelease.Router;
using OrleansRelease.Storage;

namespace OrleansRelease.Host.Verbs;

/// <summary><c>run</c>: the ordinary start.</summary>
internal static class RunVerb
{
    private static readonly TimeSpan MaxDrain = TimeSpan.FromMinutes(10);

    private static readonly Option<string> Urls = new("--urls")
    {
        Description = "Where the API listens; port 0 takes a free one. Several are separated by ';'.",
        HelpName = "URL",
        DefaultValueFactory = _ => "http://127.0.0.1:5010",
    };

    private static readonly Option<bool> AllowRemote = new("--allow-remote")
    {
        Description = "Allow addresses in --urls that other machines can reach.",
    };

    private static readonly Option<Role> Role = new("--role")
    {
        Description = "What this process does, with --postgres: --role silo decides and acts, --role gateway answers "
            + "the API with the help of those that do, --role all does both. Any number of each make a cluster.",
        DefaultValueFactory = _ => Running.Role.All,
    };

    private static readonly Option<string> ClusterAddress = new("--cluster-address")
    {
        Description = "Where the other processes of the cluster reach this one. What they tell one another is not "
            + "encrypted: another address than loopback needs --allow-remote and a network of their own.",
        HelpName = "IP",
        DefaultValueFactory = _ => "127.0.0.1",
    };

    private static readonly Option<int?> ClusterPort = new("--cluster-port")
    {
        Description = "The port for that; the one that this folder had before, or a free one, unless told otherwise.",
        HelpName = "PORT",
    };

    private static readonly Option<FileInfo> TokenFile = new("--token-file")
    {
        Description = "Holds the token, the same for all of a cluster; admin.token in the folder unless told "
            + "otherwise.",
        HelpName = "FILE",
    };

    private static readonly Option<DirectoryInfo> Targets = new("--targets")
    {
        Description = "Where the services that run on this machine are kept on record, the same for all processes of a "
            + "cluster on it; the data folder unless told otherwise.",
        HelpName = "DIR",
    };

    private static readonly Option<StorageWriter> Writer = new("--writer")
    {
        Description = "How the store is written: GroupCommit puts what many write at once into few commits, AdoNet "
            + "makes one commit for each. Both write and read the same rows.",
        DefaultValueFactory = _ => StorageWriter.GroupCommit,
    };

    private static readonly Option<string?> Drain = new("--drain")
    {
        Description = "How long it goes on answering after SIGTERM or Ctrl-C, while /health/ready says that it is not "
            + "ready any more; a second one ends that. 5s with --postgres where it answers the API, 0s elsewhere.",
        HelpName = "DURATION",
    };

    private static readonly Option<LogLevel> Level = new("--log-level")
    {
        Description = "The least important lines to log.",
        DefaultValueFactory = _ => LogLevel.Information,
    };

    private static readonly Option<LogFormat> Format = new("--log-format")
    {
        Description = "Text is for people, on standard error. Json is for machines: one object a line on standard "
            + "output, with the ids of the trace and of what it is about.",
        DefaultValueFactory = _ => LogFormat.Text,
    };

    private static readonly Option<string?> Otlp = new("--otlp")
    {
        Description = "Send traces there, by OTLP over HTTP. Headers for it, which may hold a secret, are read from "
            + "the variable OTEL_EXPORTER_OTLP_HEADERS.",
        HelpName = "URL",
    };

    public static Command Build()
    {
        var store = new StoreArguments();
        var command = new Command(
            "run",
            "Start the server. The first start creates the token that every request needs (admin.token in the data "
            + "folder); where it listens stands in server.url there. SIGTERM or Ctrl-C stops it, and services go on.")
        {
            Urls, AllowRemote, Role, ClusterAddress, ClusterPort, TokenFile, Targets, Writer, Drain, Level, Format,
            Otlp,
        };
        store.AddTo(command);
        command.SetAction((parsed, cancellation) =>
            Ending.OfAsync(() => Server.RunAsync(OptionsOf(parsed, store), cancellation)));
        return Examples.Show(
            command, "run", "run --data /var/lib/orel --urls http://127.0.0.1:5010",
            "run --urls http://127.0.0.1:0 --log-level Warning",
            "run --postgres env:OREL_POSTGRES --role gateway --token-file /etc/orel/token",
            "run --otlp http://127.0.0.1:4318 --log-format json",
            "OREL_POSTGRES='Host=db;Database=orel;Username=orel' run --data /var/lib/orel");
    }

    private static RunOptions OptionsOf(ParseResult parsed, StoreArguments store)
    {
        var options = new RunOptions
        {
            DataFolder = store.FolderOf(parsed),
            Postgres = store.PostgresOf(parsed),
            Role = parsed.GetValue(Role),
            Urls = UrlsOf(parsed),
            ClusterAddress = ClusterAddressOf(parsed),
            ClusterPort = parsed.GetValue(ClusterPort),
            TokenFile = parsed.GetValue(TokenFile)?.FullName,
            TargetsFolder = parsed.GetValue(Targets)?.FullName,
            Writer = parsed.GetValue(Writer),
            Drain = DrainOf(parsed),
            LogLevel = parsed.GetValue(Level),
            LogFormat = parsed.GetValue(Format),
            Otlp = OtlpOf(parsed),
        };
        return options is { Postgres: null, Role: not Running.Role.All }
            ? throw new Ending.Refused("--role: on the embedded store one process does all; a cluster needs --postgres")
            : options;
    }

    private static IPAddress ClusterAddressOf(ParseResult parsed)
    {
        var text = parsed.GetValue(ClusterAddress);
        if (!IPAddress.TryParse(text, out var address))
            throw new Ending.Refused($"{ClusterAddress.Name}: '{text}' is not an address such as 127.0.0.1");
        return parsed.GetValue(AllowRemote) || IPAddress.IsLoopback(address)
            ? address
            : throw new Ending.Refused(
                $"{ClusterAddress.Name}: {address} can be reached from other machines; say --allow-remote if that is "
                + "meant, in a network where only this cluster is");
    }

    private static TimeSpan? DrainOf(ParseResult parsed)
    {
        if (parsed.GetValue(Drain) is not { } text) return null;
        return Duration.Parse(text) is { } drain && drain <= MaxDrain
            ? drain
            : throw new Ending.Refused(
                $"{Drain.Name} {text} is not {Duration.Shape}, at most {Duration.Format(MaxDrain)}");
    }

    // What was given is not shown: a piece of it may be a password.
    private static Uri? OtlpOf(ParseResult parsed) => parsed.GetValue(Otlp) is not { } text
        ? null
        : OtlpAddress.Read(text) ?? throw new Ending.Refused($"{Otlp.Name} must be {OtlpAddress.Shape}");

    private static IReadOnlyList<string> UrlsOf(ParseResult parsed)
    {
        var urls = ListenAddresses.Split(parsed.GetValue(Urls)!);
        return ListenAddresses.Problem(Urls.Name, urls, parsed.GetValue(AllowRemote)) is { } problem
            ? throw new Ending.Refused(problem)
            : urls;
    }
}
