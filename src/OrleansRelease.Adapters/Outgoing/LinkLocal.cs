using System.Net;
using System.Net.Sockets;

namespace OrleansRelease.Adapters.Outgoing;

/// <summary>
/// Addresses that only this machine's own link knows, where clouds give credentials to whoever asks (169.254.169.254).
/// Who writes an address into a manifest must not be able to ask there in a server's name.
/// </summary>
internal static class LinkLocal
{
    /// <summary>Where EC2 gives credentials over IPv6: of the link, though not by its number.</summary>
    private static readonly IPAddress MetadataOverIPv6 = IPAddress.Parse("fd00:ec2::254");

    public static bool IsOne(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return address.IsIPv6LinkLocal
            || address.Equals(MetadataOverIPv6)
            || (address.AddressFamily == AddressFamily.InterNetwork && address.GetAddressBytes() is [169, 254, ..]);
    }

    /// <summary>
    /// Connects to anything else. What is looked at is the address that is connected to: the same name may be another
    /// one's a moment later.
    /// </summary>
    public static async ValueTask<Stream> AvoidAsync(
        SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var all = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellation);
        var open = all.Where(address => !IsOne(address)).ToArray();
        if (open.Length == 0) throw new IOException("link-local addresses are not asked");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(open, context.DnsEndPoint.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
