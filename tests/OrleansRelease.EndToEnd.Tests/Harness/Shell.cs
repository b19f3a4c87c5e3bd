using System.Diagnostics;

namespace OrleansRelease.EndToEnd.Tests.Harness;

/// <summary>A reader's shell, in which <c>orel</c> is the command line as it was built.</summary>
internal sealed class Shell(string data)
{
    private static readonly TimeSpan EndsWithin = TimeSpan.FromSeconds(120);

    private static readonly string Orel = Path.Combine(AppContext.BaseDirectory, "orel.dll");

    public async Task<(int Exit, string Output)> RunAsync(string command)
    {
        var start = new ProcessStartInfo("/bin/bash")
        {
            ArgumentList = { "-c", $"orel() {{ dotnet '{Orel}' \"$@\"; }}\n{command}" },
            Environment = { ["OREL_DATA"] = data },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        using var bound = new CancellationTokenSource(EndsWithin);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(bound.Token);
            var error = process.StandardError.ReadToEndAsync(bound.Token);
            await process.WaitForExitAsync(bound.Token);
            return (process.ExitCode, await output + await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"it has not ended within {EndsWithin.TotalSeconds} s: {command}");
            throw;
        }
    }
}
