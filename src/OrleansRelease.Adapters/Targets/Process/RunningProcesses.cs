namespace OrleansRelease.Adapters.Targets.Process;

/// <summary>Ends all that the process target has started from a data folder, whether or not a host runs.</summary>
public static class RunningProcesses
{
    /// <summary>Whether nothing is left.</summary>
    public static async Task<bool> StopAllAsync(string dataFolder, CancellationToken cancellation)
    {
        var files = new SlotFiles(dataFolder, TimeProvider.System);
        var stopping = new Stopping(files, new Instances(TimeProvider.System), TimeProvider.System);
        var ends = new List<Task<bool>>();
        foreach (var key in files.Slots())
        {
            if (files.Look(key) is SlotReading.Unreadable)
            {
                // What runs there nobody knows; it must not keep the others running.
                ends.Add(Task.FromResult(false));
                continue;
            }

            using var slot = await files.OpenAsync(key, cancellation);
            slot.Save(slot.Record with
            {
                Versions = [.. slot.Record.Versions.Select(version => version with { Phase = VersionPhase.Stopping })],
            });
            ends.AddRange(slot.Record.Versions.Select(
                version => stopping.AwaitGoneAsync(key, version.Version, Stopping.Limit, cancellation)));
        }

        return (await Task.WhenAll(ends)).All(isGone => isGone);
    }
}
