using System.Buffers.Text;
using System.Security.Cryptography;

namespace OrleansRelease.Host.Running;

/// <summary>The token that every request needs, in the data folder; made once, by whoever holds the folder.</summary>
internal static class AdminToken
{
    public const string FileName = "admin.token";

    private const int Bytes = 32;

    public static string ReadOrCreate(string dataFolder)
    {
        var path = Path.Combine(dataFolder, FileName);
        if (!File.Exists(path)) OwnFile.Create(path, Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes)));
        return File.ReadAllText(path).Trim();
    }
}
