using System.Collections.Immutable;
using OrleansRelease.Core.Monitors;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Manifests;

/// <summary>A request that is made as a user makes it, and what its answer must be.</summary>
public sealed record MonitorManifest(ManifestHead Metadata, MonitorSpec Spec)
    : Manifest(Metadata, ManifestKind.Monitor);

/// <param name="Url">With placeholders: service, environment and version.</param>
/// <param name="Method">How it is asked.</param>
/// <param name="Bearer">The token to authenticate with.</param>
/// <param name="Basic">The same by name and password.</param>
/// <param name="Ca">Who may vouch for the other side.</param>
/// <param name="Certificate">What is shown over TLS.</param>
/// <param name="Timeout">Of one request.</param>
/// <param name="Expect">What the answer must be.</param>
/// <param name="Nodes">How many servers must see it fail.</param>
/// <param name="Network">An address elsewhere, by which a server knows that its own network is broken.</param>
public sealed record MonitorSpec(
    string Url,
    CheckMethod? Method = null,
    SecretRef? Bearer = null,
    BasicCredentials? Basic = null,
    SecretRef? Ca = null,
    ClientCertificate? Certificate = null,
    TimeSpan? Timeout = null,
    ExpectSpec? Expect = null,
    int? Nodes = null,
    string? Network = null);

/// <summary>What an answer must be, as far as it was said.</summary>
public sealed record ExpectSpec(
    ImmutableArray<StatusRange>? Status = null,
    TimeSpan? Within = null,
    BodyRule? Body = null,
    TimeSpan? CertificateValidFor = null);
