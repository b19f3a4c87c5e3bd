using System.Runtime.InteropServices;

namespace OrleansRelease.Adapters.Targets.Process;

/// <summary>The few calls that have no managed form.</summary>
internal static partial class Libc
{
    public const int SigKill = 9;

    public const int SigTerm = 15;

    private const int NoHang = 1;

    /// <summary>How a child of this process ended, in words; null when it is not a child or has not ended.</summary>
    public static string? Reap(int pid)
    {
        if (Wait(pid, out var status, NoHang) != pid) return null;
        var signal = status & 0x7f;
        return signal == 0 ? $"exited with code {(status >> 8) & 0xff}" : $"was ended by signal {signal}";
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    public static partial int Kill(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "waitpid")]
    private static partial int Wait(int pid, out int status, int options);
}
