using System.Runtime.InteropServices;

namespace OrleansRelease.Host.Demo;

/// <summary>Signals that .NET's Process cannot send.</summary>
internal static partial class Signals
{
    private const int Terminate = 15;

    /// <summary>SIGTERM; a process that has gone in the meantime is all right.</summary>
    public static void AskToStop(int pid) => _ = Send(pid, Terminate);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Send(int pid, int signal);
}
