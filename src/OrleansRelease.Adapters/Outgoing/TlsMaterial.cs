using System.Security.Cryptography;
using System.Text;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Adapters.Outgoing;

/// <summary>
/// Who may vouch for the other side, and what this side shows of itself, as PEM; read at each use, so that renewed
/// certificates count at once. <see cref="Key"/> is a secret, and in no message.
/// </summary>
internal sealed record TlsMaterial(string? Ca, string? Certificate, string? Key)
{
    /// <summary>The authorities of this machine, and no certificate of one's own.</summary>
    public static readonly TlsMaterial OfMachine = new(null, null, null);

    public static (TlsMaterial Tls, string? Problem) Read(SecretRef? ca, ClientCertificate? shown)
    {
        if (ca is null && shown is null) return (OfMachine, null);
        var (authorities, certificate, key) =
            (Secret.ReadPem(ca), Secret.ReadPem(shown?.Certificate), Secret.ReadPem(shown?.Key));
        return (new TlsMaterial(authorities.Value, certificate.Value, key.Value),
            authorities.Problem ?? certificate.Problem ?? key.Problem);
    }

    /// <summary>The same for the same texts; none of them can be told from it.</summary>
    public string Fingerprint() => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Join('\0', Ca ?? "", Certificate ?? "", Key ?? ""))));

    // A record prints its members; this one must not.
    public override string ToString() => "TLS";
}
