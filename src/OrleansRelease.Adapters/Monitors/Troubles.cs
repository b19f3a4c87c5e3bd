using System.Net.Sockets;
using OrleansRelease.Adapters.Outgoing;
using OrleansRelease.Core.Monitors;

namespace OrleansRelease.Adapters.Monitors;

/// <summary>
/// What kept an answer from coming. The words are this side's: what the other side has sent is in none of them.
/// </summary>
internal static class Troubles
{
    public static CheckAnswer.None Of(Exception failed, FreshConnection connection)
    {
        if (connection.IsForbidden) return new(Trouble.OwnSide, "link-local addresses are not asked");
        if (connection.CertificateProblem is { } untrusted) return new(Trouble.Tls, untrusted);
        var error = (failed as HttpRequestException)?.HttpRequestError ?? HttpRequestError.Unknown;
        // A proxy of this side's says so, and not who is checked.
        if (error == HttpRequestError.ProxyTunnelError)
            return new(Trouble.OwnSide, "the proxy of this server does not connect to it");
        if (connection is { IsProxied: true, IsConnected: false })
            return new(Trouble.OwnSide, "the proxy of this server does not answer");
        if (!connection.IsConnected) return OfConnecting(failed);
        if (connection.IsProxied && error != HttpRequestError.SecureConnectionError)
            return new(Trouble.NoRoute, "the proxy of this server gives no whole answer");
        return error switch
        {
            HttpRequestError.SecureConnectionError => new(Trouble.Tls, Innermost.Of(failed).Message),
            HttpRequestError.InvalidResponse or HttpRequestError.HttpProtocolError =>
                new(Trouble.Broken, "what comes is not HTTP"),
            HttpRequestError.ConfigurationLimitExceeded => new(Trouble.Broken, "its headers are too large"),
            _ => new(Trouble.Broken, "the connection ends before it"),
        };
    }

    private static CheckAnswer.None OfConnecting(Exception failed)
    {
        if (SocketIn(failed) is not { } socket) return new(Trouble.NoRoute, "it cannot be connected to");
        var trouble = socket.SocketErrorCode switch
        {
            SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData or SocketError.NoRecovery =>
                Trouble.NoName,
            SocketError.ConnectionRefused or SocketError.ConnectionReset => Trouble.Refused,
            SocketError.TimedOut => Trouble.NoConnection,
            _ => Trouble.NoRoute,
        };
        return new(trouble, $"{socket.SocketErrorCode}");
    }

    private static SocketException? SocketIn(Exception? failed) => failed switch
    {
        null => null,
        SocketException socket => socket,
        _ => SocketIn(failed.InnerException),
    };
}
