using System.Net;
using System.Net.Sockets;

namespace OrleansRelease.Host.Running;

/// <summary>A port that nobody listens on, at one of this machine's addresses.</summary>
internal static class FreePort
{
    public static int Find(IPAddress address)
    {
        using var probe = new TcpListener(address, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    public static bool IsFree(IPAddress address, int port)
    {
        try
        {
            using var probe = new TcpListener(address, port);
            probe.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
