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
            default:
                return 64;
        }
    }
}
