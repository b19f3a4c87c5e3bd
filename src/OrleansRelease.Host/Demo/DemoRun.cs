using System.Runtime.InteropServices;
using OrleansRelease.Core.Json;
using OrleansRelease.Host.Samples;
using OrleansRelease.Host.Verbs;

namespace OrleansRelease.Host.Demo;

/// <summary>One demo from the first process to the last: whatever happens in between, nothing is left.</summary>
internal static class DemoRun
{
    private const int Interrupted = 130;

    public static async Task<int> RunAsync(DemoOptions options)
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);
        var screen = ScreenFor(options);
        var folder = DemoFolder.Create();
        using var guard = Guard.Start(folder);
        var kept = false;
        try
        {
            await using var scene = new Scene(folder, screen, TimeProvider.System);
            (var result, kept) = await TellAsync(scene, options, stop.Token);
            if (result.Failed is { } failed) screen.Bad(failed);
            else LastWords.Say(scene, result, kept);
            if (options.Json) await Console.Out.WriteLineAsync(Vocabulary.Write(result));
            return result.IsAllSo ? Ending.Good : Ending.Bad;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            screen.Bad("stopped");
            return Interrupted;
        }
        finally
        {
            if (!kept) await Leftovers.RemoveAsync(folder);
            await guard.DismissAsync();
        }

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }
    }

    private static async Task<(DemoResult Result, bool IsKept)> TellAsync(
        Scene scene, DemoOptions options, CancellationToken cancellation)
    {
        scene.Screen.Title("OrleansRelease: a new version reaches users step by step, and goes back when it is bad");
        scene.Screen.Say($"a router, a server and a monitoring are being started, all in {scene.Folder.Root}");
        var story = new Story(scene, options);
        try
        {
            await scene.SetUpAsync(options.Bad == SampleFault.Silent ? Story.Broken : null, cancellation);
            await story.TellAsync(cancellation);
            return (story.Told, options.Keep && await LastWords.KeepAsync(scene, cancellation));
        }
        catch (DemoFailed failed)
        {
            // What has been shown until here stands.
            return (story.Told with { Failed = failed.Message }, false);
        }
    }

    private static Screen ScreenFor(DemoOptions options) => options.Json
        ? new Screen(Console.Error, !Console.IsErrorRedirected, TimeProvider.System)
        : new Screen(Console.Out, !Console.IsOutputRedirected, TimeProvider.System);
}
