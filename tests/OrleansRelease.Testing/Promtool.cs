using System.Diagnostics;

namespace OrleansRelease.Testing;

/// <summary>Prometheus' own checker of pages and rules; <c>eng/promtool</c> says where it is.</summary>
public static class Promtool
{
    /// <summary>Runs it with this input, and waits for its end.</summary>
    public static async Task<(int Exit, string Said)> RunAsync(string input, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(await Repository.ProgramAsync("promtool"), arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var said = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return (process.ExitCode, string.Concat(await said));
    }
}
