using OrleansRelease.Core.Specs;

namespace OrleansRelease.Adapters.Outgoing;

/// <summary>
/// The value of a secret, read at each use so that a new one counts at once. It is in no message, also not in part.
/// </summary>
internal readonly record struct Secret(string? Value, string? Problem)
{
    public const int MaxBytes = 8 * 1024;

    public static Secret Read(SecretRef? reference)
    {
        if (reference is { Env: { } name })
        {
            var value = Environment.GetEnvironmentVariable(name);
            return string.IsNullOrWhiteSpace(value)
                ? new Secret(null, $"the environment variable {name} is not set")
                : Checked(value, $"the environment variable {name}");
        }

        return reference is { File: { } path } ? ReadFile(path) : default;
    }

    // A record prints its members; this one must not.
    public override string ToString() => Problem ?? "a secret";

    private static Secret ReadFile(string path)
    {
        try
        {
            return new FileInfo(path).Length > MaxBytes
                ? new Secret(null, $"{path} is larger than a secret")
                : Checked(File.ReadAllText(path), path);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return new Secret(null, $"{path} cannot be read: {unreadable.GetType().Name}");
        }
    }

    private static Secret Checked(string text, string origin)
    {
        var value = text.Trim();
        return value.Length > 0 && value.All(c => c is > ' ' and < (char)127)
            ? new Secret(value, null)
            : new Secret(null, $"{origin} holds no token: one word of printable ASCII");
    }
}
