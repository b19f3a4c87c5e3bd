using System.Net;

namespace OrleansRelease.Host.Verbs;

/// <summary>The addresses that a server may listen on: this machine's own unless told otherwise.</summary>
internal static class ListenAddresses
{
    public static IReadOnlyList<string> Read(string text, bool allowRemote)
    {
        var urls = text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (urls.Length == 0) throw new Ending.Refused("--urls names no address, such as http://127.0.0.1:5010");
        foreach (var url in urls)
        {
            if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
                throw new Ending.Refused($"--urls: '{url}' is not an address such as http://127.0.0.1:5010");
            if (!allowRemote && !IsOwn(address.Host))
            {
                throw new Ending.Refused(
                    $"--urls: {url} can be reached from other machines; say --allow-remote if that is meant, behind "
                    + "something that encrypts");
            }
        }

        return urls;
    }

    private static bool IsOwn(string host) =>
        host == "localhost" || (IPAddress.TryParse(host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
}
