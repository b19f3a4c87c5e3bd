using System.Diagnostics;
using System.Text.RegularExpressions;

namespace OrleansRelease.EndToEnd.Tests.Harness;

/// <summary>Processes of this machine that were started for a folder: its path stands in their arguments.</summary>
internal static partial class ProcessesOf
{
    public static IReadOnlyList<string> Folder(string folder) =>
        [.. IdsOf(folder).Select(found => found.Command)];

    public static IReadOnlyList<(int Id, string Command)> IdsOf(string folder) =>
        [.. Process.GetProcesses().Select(IdOf).Select(id => (id, CommandOf(id)))
            .Where(found => found.Item2.Contains(folder, StringComparison.Ordinal))];

    /// <summary>The folder that a demo named as its own.</summary>
    public static string FolderOf(HostProgram demo) => DemoFolder().Match(demo.Out + demo.Error).Value;

    public static async Task NothingIsLeftAsync(string folder)
    {
        await Eventually.IsAsync($"{folder} is gone", () => !Directory.Exists(folder));
        await Eventually.IsAsync(
            $"no process is left of {folder}: {string.Join('\n', Folder(folder))}", () => Folder(folder).Count == 0);
    }

    [GeneratedRegex("/[^ ]*orel-demo-[A-Za-z0-9]+")]
    private static partial Regex DemoFolder();

    public static string CommandOf(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/cmdline").Replace('\0', ' ');
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static int IdOf(Process process)
    {
        using (process) return process.Id;
    }
}
