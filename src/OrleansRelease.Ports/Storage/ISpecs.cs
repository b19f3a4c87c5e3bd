using OrleansRelease.Core.Durability;

namespace OrleansRelease.Ports.Storage;

/// <summary>Immutable texts by the hash of their content: specs and manifests.</summary>
public interface ISpecs
{
    /// <summary>Stores a text; storing it again changes nothing. Returns its <see cref="ContentHash"/>.</summary>
    Task<string> PutAsync(string text, CancellationToken cancellation);

    Task<string?> GetAsync(string hash, CancellationToken cancellation);
}
