using Orleans.Concurrency;
using OrleansRelease.Core.Catalogue;
using OrleansRelease.Core.Commands;

namespace OrleansRelease.Contracts.Catalogue;

/// <summary>One manifest of the catalogue, by <see cref="ManifestKey"/>.</summary>
[Alias("orel.manifest"), GrainInterfaceType("orel.manifest")]
public interface IManifestGrain : IDurableGrain
{
    /// <summary>
    /// Makes <paramref name="content"/>, already validated, the content of this manifest. With
    /// <paramref name="ifMatch"/> only if it has that content hash now (<c>*</c>: any; <c>none</c>: only if it is new).
    /// </summary>
    [Alias("apply")]
    Task<Answer<AppliedManifest>> ApplyAsync(
        string content, string? ifMatch, Command command, bool dryRun, CancellationToken cancellation);

    [AlwaysInterleave, ReadOnly, Alias("get")]
    Task<Answer<ManifestView>> GetAsync(CancellationToken cancellation);
}

/// <summary>
/// What an apply did: the hash of the content that it made this manifest's, and the content that it took the place of.
/// A repeated command takes the place of nothing: <see cref="Previous"/> is then what it applied the first time.
/// </summary>
public sealed record AppliedManifest(string ContentHash, string? Previous, long Sequence);

/// <summary>A manifest with its content; the content hash is its entity tag.</summary>
public sealed record ManifestView(ManifestState State, long Sequence, string Content);
