using System.CommandLine;
using OrleansRelease.Host.Running;
using OrleansRelease.Router;

namespace OrleansRelease.Host.Verbs;

/// <summary><c>run</c>: the ordinary start.</summary>
internal static class RunVerb
{
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

    private static readonly Option<LogLevel> Level = new("--log-level")
    {
        Description = "The least important lines to log, on standard error.",
        DefaultValueFactory = _ => LogLevel.Information,
    };

    public static Command Build()
    {
        var store = new StoreArguments();
        var command = new Command(
            "run",
            "Start the server. The first start creates the token that every request needs (admin.token in the data "
            + "folder); where it listens stands in server.url there. SIGTERM or Ctrl-C stops it, and services go on.")
        { Urls, AllowRemote, Level };
        store.AddTo(command);
        command.SetAction((parsed, cancellation) => Ending.OfAsync(() => Server.RunAsync(
            new RunOptions
            {
                DataFolder = store.FolderOf(parsed),
                Postgres = store.PostgresOf(parsed),
                Urls = UrlsOf(parsed),
                LogLevel = parsed.GetValue(Level),
            },
            cancellation)));
        return Examples.Show(
            command, "run", "run --data /var/lib/orel --urls http://127.0.0.1:5010",
            "run --urls http://127.0.0.1:0 --log-level Warning",
            "OREL_POSTGRES='Host=db;Database=orel;Username=orel' run --data /var/lib/orel");
    }

    private static IReadOnlyList<string> UrlsOf(ParseResult parsed)
    {
        var urls = ListenAddresses.Split(parsed.GetValue(Urls)!);
        return ListenAddresses.Problem(Urls.Name, urls, parsed.GetValue(AllowRemote)) is { } problem
            ? throw new Ending.Refused(problem)
            : urls;
    }
}
