using System.Diagnostics;
using System.Runtime.InteropServices;

namespace OrleansRelease.Host.Demo;

/// <summary>
/// A second process that only waits for the demo to end: the pipe between them breaks however that happens, SIGKILL
/// included, and then the guard removes what the demo could not.
/// </summary>
internal sealed class Guard : IDisposable
{
    public const string Verb = "demo-guard";

    private const string Keep = "keep";

    private readonly Process _process;

    private Guard(Process process) => _process = process;

    public static Guard Start(DemoFolder folder)
    {
        var command = OwnProgram.Command;
        var start = new ProcessStartInfo(command[0])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in command.Skip(1).Concat([Verb, folder.Root])) start.ArgumentList.Add(argument);
        return new Guard(Process.Start(start) ?? throw new IOException("the guard could not be started"));
    }

    /// <summary>The guard's own work, in its own process.</summary>
    public static async Task<int> WatchAsync(string path)
    {
        // Ctrl-C reaches every process of the terminal; this one must outlive the others.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => signal.Cancel = true);
        using var hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal => signal.Cancel = true);
        var last = await Console.In.ReadToEndAsync();
        if (last.Trim() == Keep || !DemoFolder.TryOpen(path, out var folder)) return 0;
        await Leftovers.RemoveAsync(folder);
        return 0;
    }

    /// <summary>The demo has ended as it should: everything is removed, or is meant to stay.</summary>
    public async Task DismissAsync()
    {
        await _process.StandardInput.WriteAsync(Keep);
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
    }

    public void Dispose() => _process.Dispose();
}
