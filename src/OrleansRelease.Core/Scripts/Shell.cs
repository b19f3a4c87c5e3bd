using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Scripts;

/// <summary>Words for a POSIX shell.</summary>
public static class Shell
{
    /// <summary>One word, whatever is in it.</summary>
    public static string Word(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
    }

    public static string Command(string name, params IEnumerable<string> arguments) =>
        string.Join(' ', arguments.Select(Word).Prepend(name));

    /// <summary>Whether a version is the same text in a shell, in JSON and in a path.</summary>
    public static bool IsPlain(VersionName version) => ProcessWords.IsPlain(version);
}
