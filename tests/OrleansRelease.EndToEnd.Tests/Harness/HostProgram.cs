using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using OrleansRelease.Host.Demo;
using OrleansRelease.Storage.Formats;

namespace OrleansRelease.EndToEnd.Tests.Harness;

/// <summary>The server program as a child process with what it printed; whatever a test does, it is ended.</summary>
internal sealed class HostProgram : IAsyncDisposable
{
    private static readonly TimeSpan EndsWithin = TimeSpan.FromSeconds(300);

    private readonly Process _process;
    private readonly bool _isGroup;
    private readonly StringBuilder _out = new();
    private readonly StringBuilder _error = new();

    private HostProgram(Process process, bool isGroup) => (_process, _isGroup) = (process, isGroup);

    public int Id => _process.Id;

    public string Out => Read(_out);

    public string Error => Read(_error);

    public bool HasEnded => _process.HasExited;

    public static HostProgram Start(params IReadOnlyList<string> arguments) =>
        Start([.. OwnProgram.Command, .. arguments], isGroup: false);

    /// <summary>As a terminal does: a signal goes to all that it has started as well.</summary>
    public static HostProgram StartAsGroup(params IReadOnlyList<string> arguments) =>
        Start(["setsid", .. OwnProgram.Command, .. arguments], isGroup: true);

    /// <summary>The build after this one, as far as the store can tell: it knows one format more.</summary>
    public static HostProgram StartNextBuild(params IReadOnlyList<string> arguments)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "OrleansRelease.Host");
        var runtime = JsonNode.Parse(File.ReadAllText($"{program}.runtimeconfig.json"))!;
        var properties = runtime["runtimeOptions"]!.AsObject();
        properties["configProperties"] ??= new JsonObject();
        properties["configProperties"]![KnownFormats.NextBuild] = true;
        var file = $"{program}.next.runtimeconfig.json";
        if (!File.Exists(file)) File.WriteAllText(file, runtime.ToJsonString());
        return Start(
            ["dotnet", "exec", "--runtimeconfig", file, $"{program}.dll", .. arguments], isGroup: false);
    }

    /// <summary>Runs to the end: the exit code.</summary>
    public async Task<int> EndAsync()
    {
        using var bound = new CancellationTokenSource(EndsWithin);
        try
        {
            await _process.WaitForExitAsync(bound.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"it has not ended within {EndsWithin.TotalSeconds} s:\n{Out}\n{Error}");
        }

        return _process.ExitCode;
    }

    public void Kill() => _process.Kill();

    public void Signal(string name)
    {
        using var kill = Process.Start("/bin/sh", ["-c", $"kill -{name} {(_isGroup ? "-" : "")}{_process.Id}"]);
        kill.WaitForExit();
    }

    public Task PrintsAsync(string text) => Eventually.IsAsync(
        $"the program prints '{text}', but: {Out} {Error}",
        () => Out.Contains(text, StringComparison.Ordinal) || Error.Contains(text, StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static HostProgram Start(IReadOnlyList<string> command, bool isGroup)
    {
        // A shell that runs the tests in the background has them ignore Ctrl-C, and what they start would do so too.
        var start = new ProcessStartInfo("env", ["--default-signal=INT", .. command])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        var process = new Process { StartInfo = start };
        var program = new HostProgram(process, isGroup);
        process.OutputDataReceived += (_, line) => Append(program._out, line.Data);
        process.ErrorDataReceived += (_, line) => Append(program._error, line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return program;
    }

    private static void Append(StringBuilder to, string? line)
    {
        if (line is null) return;
        lock (to) to.AppendLine(line);
    }

    private static string Read(StringBuilder from)
    {
        lock (from) return from.ToString();
    }
}
