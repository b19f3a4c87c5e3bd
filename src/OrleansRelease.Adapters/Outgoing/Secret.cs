using OrleansRelease.Core.Specs;

namespace OrleansRelease.Adapters.Outgoing;

/// <summary>
/// The value of a secret, read at each use so that a new one counts at once. It is in no message, also not in part.
/// </summary>
internal readonly record struct Secret(string? Value, string? Problem)
{
    public const int MaxBytes = 8 * 1024;

    /// <summary>Certificates with their chains, or all authorities that a company has.</summary>
    public const int MaxPemBytes = 1024 * 1024;

    /// <summary>A token.</summary>
    public static Secret Read(SecretRef? reference) => Read(reference, MaxBytes, Token);

    /// <summary>A password, in which spaces and other alphabets are: one line.</summary>
    public static Secret ReadPassword(SecretRef? reference) => Read(reference, MaxBytes, Password);

    /// <summary>Certificates or a key.</summary>
    public static Secret ReadPem(SecretRef? reference) => Read(reference, MaxPemBytes, Pem);

    private static Secret Read(SecretRef? reference, int maxBytes, Func<string, string, Secret> check)
    {
        if (reference is { Env: { } name })
        {
            var value = Environment.GetEnvironmentVariable(name);
            return string.IsNullOrWhiteSpace(value)
                ? new Secret(null, $"the environment variable {name} is not set")
                : check(value, $"the environment variable {name}");
        }

        return reference is { File: { } path } ? ReadFile(path, maxBytes, check) : default;
    }

    // A record prints its members; this one must not.
    public override string ToString() => Problem ?? "a secret";

    private static Secret ReadFile(string path, int maxBytes, Func<string, string, Secret> check)
    {
        try
        {
            return new FileInfo(path).Length > maxBytes
                ? new Secret(null, $"{path} is larger than a secret")
                : check(File.ReadAllText(path), path);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return new Secret(null, $"{path} cannot be read: {unreadable.GetType().Name}");
        }
    }

    private static Secret Token(string text, string origin)
    {
        var value = text.Trim();
        return value.Length > 0 && value.All(c => c is > ' ' and < (char)127)
            ? new Secret(value, null)
            : new Secret(null, $"{origin} holds no token: one word of printable ASCII");
    }

    private static Secret Password(string text, string origin)
    {
        var value = text.TrimEnd('\r', '\n');
        return value.Length > 0 && !value.Any(char.IsControl)
            ? new Secret(value, null)
            : new Secret(null, $"{origin} holds no password: one line");
    }

    private static Secret Pem(string text, string origin) =>
        text.Contains("-----BEGIN ", StringComparison.Ordinal)
            ? new Secret(text, null)
            : new Secret(null, $"{origin} holds nothing in the PEM format");
}
