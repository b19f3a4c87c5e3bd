using System.CommandLine;

namespace OrleansRelease.Cli.Connection;

/// <summary>What every command takes.</summary>
internal sealed class GlobalOptions
{
    public const string Text = "text";
    public const string Json = "json";
    public const string Script = "script";

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

    /// <summary>The same where a script may be asked for as well.</summary>
    public static Option<string> WithScript() => Choice(
        "text for people, json for programs, script: with --back, for a shell when this system is gone",
        Text, Json, Script);

    private static Option<string> Choice() => Choice(
        "text for people, json for programs: what the API answered, unchanged", Text, Json);

    private static Option<string> Choice(string description, params string[] values)
    {
        var option = new Option<string>("--output", "-o")
        {
            Description = description,
            DefaultValueFactory = _ => Text,
            Recursive = true,
        };
        option.AcceptOnlyFromAmong(values);
        return option;
    }
}
