namespace OrleansRelease.Ports.Storage;

/// <summary>
/// Rings when the log has grown, by a write of this process or of another one. It may ring late or not at all: whoever
/// waits looks from time to time by itself.
/// </summary>
public interface IDoorbell
{
    /// <summary>How often it has rung; to be taken before looking, so that no ring in between is missed.</summary>
    long Rung { get; }

    /// <summary>Waits until it has rung oftener than that, but no longer than this.</summary>
    Task WaitAsync(long rung, TimeSpan atMost, CancellationToken cancellation);
}
