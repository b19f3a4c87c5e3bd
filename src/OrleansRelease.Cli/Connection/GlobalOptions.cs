using System.CommandLine;

namespace OrleansRelease.Cli.Connection;

/// <summary>What every command takes.</summary>
internal sealed class GlobalOptions
{
    public const string Text = "text";
    public const string Json = "json";

    public Option<string?> Server { get; } = new("--server")
    {
        Description = "address of the server (OREL_SERVER)",
        HelpName = "URL",
        Recursive = true,
    };

    public Option<FileInfo?> TokenFile { get; } = new("--token-file")
    {
        Description = "file with the token (OREL_TOKEN holds the token itself)",
        HelpName = "FILE",
        Recursive = true,
    };

    public Option<string> Output { get; } = Choice();

    public void AddTo(RootCommand root)
    {
        root.Options.Add(Server);
        root.Options.Add(TokenFile);
        root.Options.Add(Output);
    }

    private static Option<string> Choice()
    {
        var option = new Option<string>("--output", "-o")
        {
            Description = "text for people, json for programs: what the API answered, unchanged",
            DefaultValueFactory = _ => Text,
            Recursive = true,
        };
        option.AcceptOnlyFromAmong(Text, Json);
        return option;
    }
}
