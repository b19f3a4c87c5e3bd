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

    /// <summary>What a shell tells of a process that SIGKILL ended.</summary>
    private const int KilledBySignal = 128 + 9;

    private readonly Stack<Process> _ended = [];
    private Process? _process;

    public string Name => name;

    public string DataFolder => dataFolder;

    public int Id => _process!.Id;

    public bool IsRunning => _process is { HasExited: false };

    /// <summary>Where its API or its health is; null while it does not listen.</summary>
    public string? Url => IsRunning ? ServedFolder.UrlOf(dataFolder) : null;

    public void Start(params IReadOnlyList<string> more)
    {
        Directory.CreateDirectory(dataFolder);
        // The shell only redirects and is then replaced by the program, with the same process id.
        var start = new ProcessStartInfo("/bin/sh")
        {
            ArgumentList = { "-c", "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1 </dev/null", "sh", LogFile },
            UseShellExecute = false,
        };
        foreach (var argument in launcher.Concat(OwnProgram.Command).Concat(arguments).Concat(more))
            start.ArgumentList.Add(argument);
        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment["DOTNET_TieredPGO"] = "0";
        // Whoever lives for half a minute does not earn back what compiling its code a second time costs.
        start.Environment["DOTNET_TC_CallCounting"] = "0";
        // Whoever asks meanwhile whether it runs still holds the one before.
        if (_process is { } before) _ended.Push(before);
        _process = Process.Start(start) ?? throw new IOException($"{name} could not be started");
        ChildRecord.Of(_process, name).Write(folder);
    }

    public Task ListensAsync() => Pace.UntilAsync(
        $"{name} listens; see its log", StartsWithin,
        () => IsRunning ? Url is not null : throw new InvalidOperationException($"{name} has ended: {LastWords}"));

    /// <summary>SIGKILL: nothing in the process gets a chance to tidy up. It must be what it ended by.</summary>
    public async Task KillAsync()
    {
        MustRun("kill");
        _process!.Kill();
        await _process.WaitForExitAsync();
        if (_process.ExitCode != KilledBySignal)
            throw new InvalidOperationException($"{name} ended with {_process.ExitCode} before it was killed");
    }

    /// <summary>Whatever it does, it has ended when this returns.</summary>
    public async Task EndAsync()
    {
        if (!IsRunning) return;
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, and its end.</summary>
    public async Task StopAsync(TimeSpan within)
    {
        MustRun("stop");
        Signals.AskToStop(_process!.Id);
        await Pace.UntilAsync($"{name} has stopped", within, () => !IsRunning);
    }

    /// <summary>SIGSTOP; it does nothing any more when this returns.</summary>
    public Task FreezeAsync()
    {
        MustRun("freeze");
        return Standstill.BringAsync(_process!.Id, name);
    }

    public Task ResumeAsync() => ProcessSignals.SendAsync("CONT", [_process!.Id]);

    /// <summary>How much it has logged until now.</summary>
    public long LogEnd => new FileInfo(LogFile).Length;

    /// <summary>Whether it has logged this since it had logged so much.</summary>
    public bool HasSaid(string text, long since)
    {
        using var file = new FileStream(LogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Position = since;
        using var reader = new StreamReader(file);
        return reader.ReadToEnd().Contains(text, StringComparison.Ordinal);
    }

    public string LastWords => string.Join('\n', File.ReadLines(LogFile).TakeLast(3));

    private string LogFile => Path.Combine(folder.Logs, $"{name}.log");

    // A fault that strikes nobody proves nothing.
    private void MustRun(string what)
    {
        if (!IsRunning) throw new InvalidOperationException($"{name} does not run: there is nothing to {what}");
    }

    public void Dispose()
    {
        foreach (var before in _ended) before.Dispose();
        _process?.Dispose();
    }
}
