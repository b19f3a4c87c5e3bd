using System.Diagnostics;

namespace OrleansRelease.EndToEnd.Tests.Harness;

/// <summary>Processes of this machine that were started for a folder: its path stands in their arguments.</summary>
internal static class ProcessesOf
{
    public static IReadOnlyList<string> Folder(string folder) =>
        [.. Process.GetProcesses().Select(CommandOf)
            .Where(command => command.Contains(folder, StringComparison.Ordinal))];

    private static string CommandOf(Process process)
    {
        using (process)
        {
            try
            {
                return File.ReadAllText($"/proc/{process.Id}/cmdline").Replace('\0', ' ');
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
            {
                return "";
            }
        }
    }
}
