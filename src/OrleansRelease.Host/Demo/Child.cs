using System.Diagnostics;
using System.Globalization;

namespace OrleansRelease.Host.Demo;

/// <summary>
/// One process that the demo started. It is on record in the folder, so that whoever comes after the demo can end it;
/// its output goes to a file, so that it can outlive the demo.
/// </summary>
internal sealed class Child : IDisposable
{
    private static readonly TimeSpan GraceToStop = TimeSpan.FromSeconds(6);

    private readonly Process _process;

    private Child(string name, Process process) => (Name, _process) = (name, process);

    public string Name { get; }

    public int Id => _process.Id;

    public bool IsRunning => !_process.HasExited;

    public static Child Start(DemoFolder folder, string name, params IReadOnlyList<string> arguments)
    {
        var log = Path.Combine(folder.Logs, $"{name}.log");
        // The shell only redirects and is then replaced by the program, with the same process id.
        var start = new ProcessStartInfo("/bin/sh")
        {
            ArgumentList = { "-c", "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1 </dev/null", "sh", log },
            UseShellExecute = false,
        };
        foreach (var argument in OwnProgram.Command.Concat(arguments)) start.ArgumentList.Add(argument);
        // Small heaps that are given back: several of these share one machine with what it is used for.
        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment["DOTNET_TieredPGO"] = "0";
        var process = Process.Start(start) ?? throw new IOException($"{name} could not be started");
        var child = new Child(name, process);
        ChildRecord.Of(process, name).Write(folder);
        return child;
    }

    /// <summary>SIGKILL: nothing in the process gets a chance to tidy up.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Asks first, then insists.</summary>
    public async Task StopAsync()
    {
        if (_process.HasExited) return;
        Signals.AskToStop(_process.Id);
        using var grace = new CancellationTokenSource(GraceToStop);
        try
        {
            await _process.WaitForExitAsync(grace.Token);
        }
        catch (OperationCanceledException)
        {
            await KillAsync();
        }
    }

    public void Dispose() => _process.Dispose();

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name} ({Id})");
}
