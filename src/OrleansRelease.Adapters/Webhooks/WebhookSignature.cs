using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace OrleansRelease.Adapters.Webhooks;

/// <summary>
/// The scheme of <c>standardwebhooks.com</c>, for which there are libraries: <c>v1,</c> and the base64 of HMAC-SHA256
/// over <c>id.timestamp.body</c>.
/// </summary>
internal static class WebhookSignature
{
    public const string IdHeader = "webhook-id";

    public const string TimestampHeader = "webhook-timestamp";

    public const string SignatureHeader = "webhook-signature";

    /// <summary>A shorter key could be guessed from a request that somebody has seen.</summary>
    public const int LeastKeyBytes = 24;

    private const string Prefix = "whsec_";

    /// <summary>
    /// What stands behind <c>whsec_</c> is base64; any other text is its own bytes. Null with a reason when it is no
    /// key; the reason shows nothing of it.
    /// </summary>
    public static byte[]? KeyOf(string secret, out string? problem)
    {
        problem = null;
        byte[] key;
        if (secret.StartsWith(Prefix, StringComparison.Ordinal))
        {
            key = new byte[secret.Length];
            if (!Convert.TryFromBase64String(secret[Prefix.Length..], key, out var length))
            {
                problem = $"the key is no base64 behind {Prefix}";
                return null;
            }

            key = key[..length];
        }
        else
        {
            key = Encoding.UTF8.GetBytes(secret);
        }

        if (key.Length >= LeastKeyBytes) return key;
        problem = $"the key is shorter than {LeastKeyBytes} bytes";
        return null;
    }

    public static void Sign(HttpRequestMessage request, byte[] key, string id, DateTimeOffset at, string body)
    {
        var timestamp = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signed = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{id}.{timestamp}.{body}"));
        request.Headers.Add(IdHeader, id);
        request.Headers.Add(TimestampHeader, timestamp);
        request.Headers.Add(SignatureHeader, $"v1,{Convert.ToBase64String(signed)}");
    }
}
