using System.Diagnostics;
using System.Globalization;

namespace OrleansRelease.Testing;

/// <summary>Signals that .NET's Process cannot send, such as STOP and CONT, to processes by their numbers.</summary>
public static class ProcessSignals
{
    /// <summary>One that has gone in the meantime is all right.</summary>
    public static async Task SendAsync(string signal, IReadOnlyList<int> processes)
    {
        if (processes.Count == 0) return;
        var numbers = processes.Select(process => process.ToString(CultureInfo.InvariantCulture));
        var start = new ProcessStartInfo("/bin/sh", ["-c", "kill \"$@\" 2>/dev/null", "sh", $"-{signal}", .. numbers]);
        using var kill = Process.Start(start)!;
        await kill.WaitForExitAsync();
    }

    /// <summary>Also when nobody has taken note of its end yet.</summary>
    public static bool HasEnded(int process) => StateOf(process) is null or 'Z';

    /// <summary>By SIGSTOP; the kernel tells.</summary>
    public static bool IsStopped(int process) => StateOf(process) == 'T';

    private static char? StateOf(int process)
    {
        try
        {
            var status = File.ReadAllText($"/proc/{process}/stat");
            return status[status.LastIndexOf(')') + 2];
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>The processes that this one has started and that live.</summary>
    public static IReadOnlyList<int> ChildrenOf(int process)
    {
        try
        {
            return [.. File.ReadAllText($"/proc/{process}/task/{process}/children")
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(number => int.Parse(number, CultureInfo.InvariantCulture))];
        }
        catch (IOException)
        {
            // It has ended.
            return [];
        }
    }
}
