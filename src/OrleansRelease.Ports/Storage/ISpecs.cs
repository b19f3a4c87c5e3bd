namespace OrleansRelease.Ports.Storage;

/// <summary>Immutable texts by the hash of their content: specs and manifests.</summary>
public interface ISpecs
{
    /// <summary>Stores a text; storing it again changes nothing. Returns its hash (<c>sha256:…</c>).</summary>
    Task<string> PutAsync(string text, CancellationToken cancellation);

    Task<string?> GetAsync(string hash, CancellationToken cancellation);
}
