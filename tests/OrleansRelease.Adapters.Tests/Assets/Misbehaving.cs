using System.Diagnostics;
using System.Runtime.InteropServices;
using OrleansRelease.Host.Samples;

namespace OrleansRelease.Adapters.Tests.Assets;

/// <summary>Programs that a target must cope with.</summary>
internal static class Misbehaving
{
    public static async Task<int> RunAsync(string how, string[] args)
    {
        switch (how)
        {
            case "exit":
                await Console.Error.WriteLineAsync("no database here");
                return 7;
            case "hang":
                await new TaskCompletionSource().Task;
                return 0;
            case "ignore-sigterm":
                using (PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => context.Cancel = true))
                {
                    _ = SampleService.RunAsync(args);
                    await new TaskCompletionSource().Task;
                }

                return 0;
            case "retitle":
                ProcessTitle.WriteOverEnvironment();
                return await SampleService.RunAsync(args);
            case "retitle-with-child":
                ProcessTitle.WriteOverEnvironment();
                StartUnmarkedChild();
                return await SampleService.RunAsync(args);
            default:
                return 64;
        }
    }

    /// <summary>It shows no marker, holds neither log nor port, and does not listen to the request to end.</summary>
    private static void StartUnmarkedChild()
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", "trap '' TERM; exec sleep 600"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        using var child = Process.Start(start)!;
    }
}
