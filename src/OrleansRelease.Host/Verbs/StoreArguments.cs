using System.CommandLine;
using OrleansRelease.Storage;

namespace OrleansRelease.Host.Verbs;

/// <summary>Which store a verb works on: the embedded one in a folder, or a PostgreSQL database.</summary>
internal sealed class StoreArguments
{
    /// <summary>Holds the connection string where it must not be seen among a process's arguments.</summary>
    public const string PostgresVariable = "OREL_POSTGRES";

    private readonly Option<DirectoryInfo> _data = new("--data")
    {
        Description = "The folder of this server: its store, token and what it started.",
        HelpName = "DIR",
        DefaultValueFactory = _ => new DirectoryInfo(".orel"),
    };

    private readonly Option<string?> _postgres = new("--postgres")
    {
        Description = "Keep the store in this PostgreSQL database instead of the folder: a connection string, or "
            + $"env:NAME for the variable that holds it ({PostgresVariable} is read when this is not given).",
        HelpName = "CONNECTION",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(_data);
        command.Options.Add(_postgres);
    }

    public string FolderOf(ParseResult parsed) => parsed.GetValue(_data)!.FullName;

    /// <summary>The connection string, or null for the embedded store.</summary>
    public string? PostgresOf(ParseResult parsed) => parsed.GetValue(_postgres) switch
    {
        null => Environment.GetEnvironmentVariable(PostgresVariable),
        { } text when text.StartsWith("env:", StringComparison.Ordinal) =>
            Environment.GetEnvironmentVariable(text[4..])
                ?? throw new StoreUnavailableException($"the variable {text[4..]} of --postgres is not set"),
        { } text => text,
    };

    public StorageOptions StoreOf(ParseResult parsed) => PostgresOf(parsed) is { } connection
        ? StorageOptions.PostgreSql(connection)
        : StorageOptions.Embedded(FolderOf(parsed));
}
