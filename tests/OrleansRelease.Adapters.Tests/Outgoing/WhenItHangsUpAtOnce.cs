using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using OrleansRelease.Adapters.Outgoing;

namespace OrleansRelease.Adapters.Tests.Outgoing;

public sealed class WhenItHangsUpAtOnce
{
    [Fact]
    public async Task It_is_a_failed_connection_like_any_other()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var http = TlsClients.Client(new SslClientAuthenticationOptions(), async (context, cancellation) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(context.DnsEndPoint, cancellation);
            using (var other = await listener.AcceptSocketAsync(cancellation)) other.LingerState = new(true, 0);
            // Until the reset is there: the runtime asks for the far end after it, as it does by chance otherwise.
            Assert.True(socket.Poll(TimeSpan.FromSeconds(30), SelectMode.SelectRead));
            return new NetworkStream(socket, ownsSocket: true);
        });

        var failed = await Assert.ThrowsAsync<HttpRequestException>(
            () => http.GetAsync(new UriBuilder("http", "127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port).Uri));

        Assert.Equal(HttpRequestError.ConnectionError, failed.HttpRequestError);
        Assert.IsType<SocketException>(failed.InnerException);
    }
}
