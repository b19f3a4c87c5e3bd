using System.Net.Sockets;

namespace OrleansRelease.Adapters.Outgoing;

/// <summary>
/// Says <see cref="HttpRequestException"/> also of whoever hangs up as soon as it is connected to. The runtime asks the
/// connection for its far end outside of what it translates (<c>HttpConnectionPool.ConnectAsync</c>), so that a bare
/// <see cref="SocketException"/> would come through, which callers take for a defect. No request was sent by then.
/// </summary>
internal sealed class HangUps(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await base.SendAsync(request, cancellationToken);
        }
        catch (SocketException gone)
        {
            throw new HttpRequestException(HttpRequestError.ConnectionError, gone.Message, gone);
        }
    }
}
