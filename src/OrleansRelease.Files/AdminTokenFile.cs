using System.Buffers.Text;
using System.Security.Cryptography;

namespace OrleansRelease.Files;

/// <summary>The one secret of an admin endpoint: made at the first start, for its owner's eyes only.</summary>
public static class AdminTokenFile
{
    /// <summary>Its name in a data folder, unless it is told to be elsewhere.</summary>
    public const string Name = "admin.token";

    /// <summary>A person may put a token of their own there, but not one that can be guessed.</summary>
    public const int MinLength = 16;

    private const int Bytes = 32;

    public static string In(string folder) => Path.Combine(folder, Name);

    public static string ReadOrCreate(string path)
    {
        if (!File.Exists(path))
            AtomicFile.CreateOwnerOnly(path, Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes)));
        var token = Read(path);
        return token.Length >= MinLength ? token : throw new TokenTooShortException(path);
    }

    public static string Read(string path) => File.ReadAllText(path).Trim();
}

/// <summary>What only a person can change, so the message is all that they need.</summary>
public sealed class TokenTooShortException(string path)
    : IOException($"the token in {path} is shorter than {AdminTokenFile.MinLength} characters");
