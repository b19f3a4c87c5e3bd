using OrleansRelease.Core.Identity;

namespace OrleansRelease.Adapters.Targets.Process;

/// <summary>Carries the stopping of a version on until it is gone.</summary>
internal sealed class Stopping(SlotFiles files, Instances instances, TimeProvider time)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    /// <summary>How long a killed process may still be there.</summary>
    private static readonly TimeSpan AfterKill = TimeSpan.FromSeconds(5);

    /// <summary>Whether the version is gone; false when it outlived even the kill, or is wanted again.</summary>
    public async Task<bool> AwaitGoneAsync(SlotKey key, VersionName version, CancellationToken cancellation)
    {
        var deadline = time.GetUtcNow() + Instances.StopGrace + AfterKill;
        while (time.GetUtcNow() <= deadline)
        {
            using (var slot = await files.OpenAsync(key, cancellation))
            {
                if (slot.Record.Find(version) is { Phase: not VersionPhase.Stopping }) return false;
                if (instances.StepStop(slot, version)) return true;
            }

            await Task.Delay(Poll, time, cancellation);
        }

        return false;
    }
}
