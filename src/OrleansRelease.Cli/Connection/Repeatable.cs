using System.CommandLine;

namespace OrleansRelease.Cli.Connection;

/// <summary>A command's key, and the command line that gives the same command once more.</summary>
internal sealed record Repeatable(string Key, string Line)
{
    private const string Name = "--idempotency-key";

    /// <summary>Shorter than the API allows: one of several files adds its number.</summary>
    private const int MaxKey = 120;

    public static Option<string?> Option()
    {
        var option = new Option<string?>(Name)
        {
            Description = "the same command with the same key is carried out once; one is made when this is not given",
            HelpName = "KEY",
        };
        option.Validators.Add(result =>
        {
            var isKey = result.GetValueOrDefault<string?>() is { Length: > 0 and <= MaxKey } key
                && key.All(c => c is > ' ' and <= '~');
            if (!isKey) result.AddError($"{Name} is 1 to {MaxKey} printable ASCII characters without spaces");
        });
        return option;
    }

    public static Repeatable Of(ParseResult parsed, Option<string?> option) =>
        Of(parsed, option, parsed.Tokens.Select(token => token.Value));

    public static Repeatable Of(ParseResult parsed, Option<string?> option, IEnumerable<string> words)
    {
        var given = parsed.GetValue(option);
        var key = given ?? Guid.CreateVersion7().ToString();
        var line = string.Join(' ', words.Select(Quoted).Prepend("orel"));
        return new(key, given is null ? $"{line} {Name} {key}" : line);
    }

    /// <summary>One key is for one body, so each of several files has its own.</summary>
    public Repeatable OfFile(int number) => this with { Key = $"{Key}.{number}" };

    private static string Quoted(string word) =>
        word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "-_./:=@,+".Contains(c))
            ? word
            : $"'{word.Replace("'", "'\\''")}'";
}
