using System.Security.Cryptography;
using System.Text;
using OrleansRelease.Files;

namespace OrleansRelease.Router.Admin;

/// <summary>The one bearer token of the admin endpoint, known here only by its hash.</summary>
internal sealed class AdminToken
{
    private const string Scheme = "Bearer ";

    private readonly byte[] _hash;

    private AdminToken(string token) => _hash = Hash(token);

    public static AdminToken ReadOrCreate(string path) => new(AdminTokenFile.ReadOrCreate(path));

    /// <summary>Hashes first, so that neither content nor length shows in the time that the comparison takes.</summary>
    public bool Admits(string? authorization) =>
        authorization is not null && authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
        && CryptographicOperations.FixedTimeEquals(Hash(authorization[Scheme.Length..].Trim()), _hash);

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
