using OrleansRelease.Core.Identity;

namespace OrleansRelease.Adapters.Targets.Process;

/// <summary>Carries the stopping of a version on until it is gone.</summary>
internal sealed class Stopping(SlotFiles files, Instances instances, TimeProvider time)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    /// <summary>Long enough for one that has to be killed.</summary>
    public static readonly TimeSpan Limit = Instances.StopGrace + TimeSpan.FromSeconds(5);

    /// <summary>
    /// Whether the version is gone; false when it is still there after <paramref name="limit"/>, or wanted again.
    /// </summary>
    public async Task<bool> AwaitGoneAsync(
        SlotKey key, VersionName version, TimeSpan limit, CancellationToken cancellation)
    {
        var deadline = time.GetUtcNow() + limit;
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
