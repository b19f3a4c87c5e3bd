using OrleansRelease.Files;

namespace OrleansRelease.Cli.Connection;

/// <summary>Where the server is and the token it wants, or what keeps us from knowing.</summary>
internal sealed record ServerAddress(Uri Url, string Token)
{
    private const string DefaultFolder = ".orel";

    /// <summary>Looked up again after every break: a server that was restarted may listen elsewhere.</summary>
    public static (ServerAddress? Address, string? Problem) Find(
        string? server, FileInfo? tokenFile, Surroundings around)
    {
        var folder = Path.Combine(around.Folder, NotEmpty(around.Variable("OREL_DATA")) ?? DefaultFolder);
        var url = server ?? NotEmpty(around.Variable("OREL_SERVER")) ?? NotEmpty(ServedFolder.UrlOf(folder));
        if (url is null)
        {
            return (null, $"no server runs with the data folder {folder}\n"
                + "start one, or name one: --server URL or OREL_SERVER, with OREL_TOKEN or --token-file");
        }

        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
            return (null, $"'{url}' is not the address of a server; write it as http://HOST:PORT");
        var token = tokenFile is not null
            ? TextOf(tokenFile.FullName)
            : NotEmpty(around.Variable("OREL_TOKEN")) ?? TextOf(Path.Combine(folder, AdminTokenFile.Name));
        return token is null
            ? (null, tokenFile is null
                ? $"there is no token for {uri}\nset OREL_TOKEN, or name its file: --token-file FILE"
                : $"the token file {tokenFile.FullName} cannot be read or is empty")
            : (new(uri, token), null);
    }

    private static string? NotEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static string? TextOf(string path)
    {
        try
        {
            return NotEmpty(File.ReadAllText(path));
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
