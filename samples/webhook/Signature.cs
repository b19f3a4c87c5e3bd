using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace PilotEndpoint;

/// <summary>Whether a request comes from who holds the key, and is not an old one that somebody sends again.</summary>
public static class Signature
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <summary>Behind <c>whsec_</c> stands base64; any other text is its own bytes.</summary>
    public static byte[] KeyOf(string secret) => secret.StartsWith("whsec_", StringComparison.Ordinal)
        ? Convert.FromBase64String(secret["whsec_".Length..])
        : Encoding.UTF8.GetBytes(secret);

    /// <summary>Compared in constant time, so that nobody learns from it how much of a guess was right.</summary>
    public static bool Holds(
        byte[] key, string? id, string? timestamp, string? signatures, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || Math.Abs(now.ToUnixTimeSeconds() - (double)seconds) > Tolerance.TotalSeconds)
        {
            return false;
        }

        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
        var expected = Encoding.UTF8.GetBytes($"v1,{Convert.ToBase64String(HMACSHA256.HashData(key, signed))}");
        var isSigned = false;
        // Several, while a key is being replaced.
        foreach (var signature in (signatures ?? "").Split(' '))
            isSigned |= CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(signature), expected);
        return isSigned;
    }
}
