using System.Diagnostics;
using OrleansRelease.Files;
using OrleansRelease.Host.Demo;

namespace OrleansRelease.EndToEnd.Tests.Faults;

/// <summary>
/// One process of the system under test, which can be started again, killed, stopped and continued. It is on record in
/// the folder, so that the guard ends it when this run cannot.
/// </summary>
internal sealed class Member(
    DemoFolder folder, string name, string dataFolder, IReadOnlyList<string> launcher, IReadOnlyList<string> arguments)
    : IDisposable
{
    private static readonly TimeSpan StartsWithin = TimeSpan.FromSeconds(60);

    private Process? _process;

    public string Name => name;

    public string DataFolder => dataFolder;

    public bool IsRunning => _process is { HasExited: false };

    /// <summary>Where its API or its health is; null while it does not listen.</summary>
    public string? Url => IsRunning ? ServedFolder.UrlOf(dataFolder) : null;

    public void Start(params IReadOnlyList<string> more)
    {
        Directory.CreateDirectory(dataFolder);
        var log = Path.Combine(folder.Logs, $"{name}.log");
        // The shell only redirects and is then replaced by the program, with the same process id.
        var start = new ProcessStartInfo("/bin/sh")
        {
            ArgumentList = { "-c", "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1 </dev/null", "sh", log },
            UseShellExecute = false,
        };
        foreach (var argument in launcher.Concat(OwnProgram.Command).Concat(arguments).Concat(more))
            start.ArgumentList.Add(argument);
        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment["DOTNET_TieredPGO"] = "0";
        _process?.Dispose();
        _process = Process.Start(start) ?? throw new IOException($"{name} could not be started");
        ChildRecord.Of(_process, name).Write(folder);
    }

    public Task ListensAsync() => Pace.UntilAsync(
        $"{name} listens; see its log", StartsWithin,
        () => IsRunning ? Url is not null : throw new InvalidOperationException($"{name} has ended: {LastWords}"));

    /// <summary>SIGKILL: nothing in the process gets a chance to tidy up.</summary>
    public async Task KillAsync()
    {
        if (!IsRunning) return;
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, and its end.</summary>
    public async Task StopAsync(TimeSpan within)
    {
        if (!IsRunning) return;
        Signals.AskToStop(_process!.Id);
        await Pace.UntilAsync($"{name} has stopped", within, () => !IsRunning);
    }

    public Task SignalAsync(string signal) => ProcessSignals.SendAsync(signal, [_process!.Id]);

    public string LastWords => string.Join(
        '\n', File.ReadLines(Path.Combine(folder.Logs, $"{name}.log")).TakeLast(3));

    public void Dispose() => _process?.Dispose();
}
