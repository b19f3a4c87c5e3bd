using System.Net;

namespace OrleansRelease.Router;

/// <summary>The addresses that a program may listen on: this machine's own unless told otherwise.</summary>
public static class ListenAddresses
{
    private const string Example = "http://127.0.0.1:5010";

    public static IReadOnlyList<string> Split(string text) =>
        text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Null when they can all be listened on, else what to do.</summary>
    public static string? Problem(string option, IReadOnlyList<string> urls, bool allowRemote) => urls.Count == 0
        ? $"{option} names no address, such as {Example}"
        : urls.Select(url => Problem(option, url, allowRemote)).FirstOrDefault(problem => problem is not null);

    private static string? Problem(string option, string url, bool allowRemote)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            return $"{option}: '{url}' is not an address such as {Example}";
        return allowRemote || IsOwn(address.Host)
            ? null
            : $"{option}: {url} can be reached from other machines; say --allow-remote if that is meant, behind "
                + "something that encrypts";
    }

    private static bool IsOwn(string host) =>
        host == "localhost" || (IPAddress.TryParse(host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
}
