namespace OrleansRelease.Core.Specs;

/// <summary>Where traces are looked for (<c>tempo</c>, <c>memory</c>).</summary>
/// <param name="Adapter">The adapter's name.</param>
/// <param name="Url">Its base address.</param>
/// <param name="Query">Which traces, in the source's language; the time is asked for beside it.</param>
/// <param name="Bearer">The token to authenticate with, or else:</param>
/// <param name="Basic">a name and a password.</param>
/// <param name="Ca">Who vouches for the source, where that is none of the machine's authorities.</param>
/// <param name="Certificate">What is shown of oneself.</param>
/// <param name="Tenant">Whose traces, at a source that serves several.</param>
public sealed record TracesConnection(
    string Adapter, Uri? Url, string Query, SecretRef? Bearer = null, BasicCredentials? Basic = null,
    SecretRef? Ca = null, ClientCertificate? Certificate = null, string? Tenant = null)
{
    public const string Tempo = "tempo";

    public const string Memory = "memory";
}
