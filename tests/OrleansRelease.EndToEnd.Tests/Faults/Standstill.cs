namespace OrleansRelease.EndToEnd.Tests.Faults;

/// <summary>SIGSTOP, after which the kernel itself says that the process stands still.</summary>
internal static class Standstill
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(5);

    public static async Task BringAsync(int process, string name)
    {
        await ProcessSignals.SendAsync("STOP", [process]);
        await Pace.UntilAsync($"{name} stands still", Within, () => ProcessSignals.IsStopped(process));
    }
}
