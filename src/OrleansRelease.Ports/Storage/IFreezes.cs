using OrleansRelease.Core.Freezes;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Ports.Storage;

/// <summary>Which environments are frozen.</summary>
public interface IFreezes
{
    /// <summary>
    /// Every freeze on record that was committed before this was called, also one whose time has come: whoever uses it
    /// compares its end with the time. What cannot be read counts as frozen.
    /// </summary>
    Task<IReadOnlyDictionary<EnvironmentName, Freeze>> ReadAsync(CancellationToken cancellation);
}
