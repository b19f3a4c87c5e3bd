using Orleans.Concurrency;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Contracts.Releases;

/// <summary>
/// Writes ways back as scripts; moves nothing. Any number of these work at a time; the key is 0.
/// </summary>
[Alias("orel.back-script"), GrainInterfaceType("orel.back-script")]
public interface IBackScriptGrain : IGrainWithIntegerKey
{
    /// <summary>
    /// As the release has moved what it has there; before it has begun, as it would. Refused where no shell could
    /// do it.
    /// </summary>
    [ReadOnly, Alias("write")]
    Task<Answer<BackScript>> WriteAsync(
        ReleaseName release, EnvironmentName environment, CancellationToken cancellation);
}

/// <summary>
/// The way back of a release in an environment as a POSIX shell script; of a <see cref="Passage"/> where it has begun.
/// </summary>
public sealed record BackScript(
    ReleaseName Release, EnvironmentName Environment, PassageId? Passage, DateTimeOffset At, string Script);
