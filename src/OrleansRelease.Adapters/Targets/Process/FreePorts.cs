using System.Net;
using System.Net.Sockets;

namespace OrleansRelease.Adapters.Targets.Process;

/// <summary>Finds ports that an instance can keep for good.</summary>
internal static class FreePorts
{
    // Below the range that the kernel hands out by itself: a port in there may be an outgoing connection's while its
    // instance is down for a moment.
    private const int First = 20_000;

    private const int End = 32_000;

    private const int Tries = 1_000;

    /// <summary>A free loopback port that is in nobody's record.</summary>
    public static int Pick(IReadOnlySet<int> taken)
    {
        for (var i = 0; i < Tries; i++)
        {
            var port = Random.Shared.Next(First, End);
            if (!taken.Contains(port) && IsFree(port)) return port;
        }

        throw new IOException($"no free port found between {First} and {End}");
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port) { ExclusiveAddressUse = true };
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
