using System.Security.Cryptography;
using System.Text;
using OrleansRelease.Core.Json;

namespace OrleansRelease.Core.Manifests;

/// <summary>The identity of what a manifest says: equal content, equal hash, however it was written.</summary>
public static class ManifestHash
{
    /// <summary><c>sha256:</c> and 64 hexadecimal digits, over the canonical JSON.</summary>
    public static string Of(Manifest manifest) =>
        "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Vocabulary.Write(manifest))));
}
