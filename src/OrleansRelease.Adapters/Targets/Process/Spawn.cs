using System.Runtime.InteropServices;

namespace OrleansRelease.Adapters.Targets.Process;

/// <summary>
/// Starts a process that is a child of this one in name only: a session of its own (no Ctrl-C of the terminal reaches
/// it), no standard input, its output in a file and not in a pipe that would break when this process dies, no signal
/// blocked or ignored, no other open file.
/// </summary>
internal static partial class Spawn
{
    private const short ResetSignals = 0x04;
    private const short ResetMask = 0x08;
    private const short OwnSession = 0x80;

    private const int ReadOnly = 0;
    private const int AppendOrCreate = 0x1 | 0x40 | 0x400;
    private const int OwnerAndGroup = 0x1A0; // rw-r-----

    /// <summary>More than the opaque structures of any libc need (glibc: 336 bytes for the largest).</summary>
    private const int OpaqueBytes = 1024;

    /// <summary>The number of the new process, or why there is none.</summary>
    public static (int Pid, string? Error) Start(
        IReadOnlyList<string> commandLine, IReadOnlyList<string> environment, string? workingDirectory, string logFile)
    {
        var opaque = Marshal.AllocHGlobal(3 * OpaqueBytes);
        var (actions, attributes, signals) = (opaque, opaque + OpaqueBytes, opaque + (2 * OpaqueBytes));
        Check(InitActions(actions));
        Check(InitAttributes(attributes));
        try
        {
            Describe(actions, attributes, signals, workingDirectory, logFile);
            var error = Run(
                out var pid, commandLine[0], actions, attributes, [.. commandLine, null], [.. environment, null]);
            return error == 0 ? (pid, null) : (0, Marshal.GetPInvokeErrorMessage(error));
        }
        finally
        {
            _ = DropActions(actions);
            _ = DropAttributes(attributes);
            Marshal.FreeHGlobal(opaque);
        }
    }

    private static void Describe(
        nint actions, nint attributes, nint signals, string? workingDirectory, string logFile)
    {
        Check(AddOpen(actions, 0, "/dev/null", ReadOnly, 0));
        Check(AddOpen(actions, 1, logFile, AppendOrCreate, OwnerAndGroup));
        Check(AddDuplicate(actions, 1, 2));
        CloseOthers(actions);
        if (workingDirectory is not null) Check(AddFolder(actions, workingDirectory));

        Check(FillSet(signals));
        Check(SetDefaults(attributes, signals));
        Check(EmptySet(signals));
        Check(SetMask(attributes, signals));
        Check(SetFlags(attributes, ResetSignals | ResetMask | OwnSession));
    }

    private static void CloseOthers(nint actions)
    {
        try
        {
            Check(AddCloseFrom(actions, 3));
        }
        catch (EntryPointNotFoundException)
        {
            // Not every libc has it. What this process opens closes by itself at a start; only handles that it has
            // inherited stay open in the child.
        }
    }

    private static void Check(int error)
    {
        if (error != 0) throw new IOException($"cannot prepare a process: {Marshal.GetPInvokeErrorMessage(error)}");
    }

    [LibraryImport("libc", EntryPoint = "posix_spawnp", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Run(
        out int pid, string file, nint actions, nint attributes, string?[] arguments, string?[] environment);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    private static partial int InitActions(nint actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    private static partial int DropActions(nint actions);

    [LibraryImport(
        "libc", EntryPoint = "posix_spawn_file_actions_addopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int AddOpen(nint actions, int handle, string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    private static partial int AddDuplicate(nint actions, int from, int to);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addclosefrom_np")]
    private static partial int AddCloseFrom(nint actions, int first);

    [LibraryImport(
        "libc", EntryPoint = "posix_spawn_file_actions_addchdir_np", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int AddFolder(nint actions, string folder);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    private static partial int InitAttributes(nint attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    private static partial int DropAttributes(nint attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    private static partial int SetFlags(nint attributes, short flags);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    private static partial int SetDefaults(nint attributes, nint signals);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigmask")]
    private static partial int SetMask(nint attributes, nint signals);

    [LibraryImport("libc", EntryPoint = "sigfillset")]
    private static partial int FillSet(nint signals);

    [LibraryImport("libc", EntryPoint = "sigemptyset")]
    private static partial int EmptySet(nint signals);
}
