using System.Net;
using System.Net.Http.Headers;
using System.Text;
using OrleansRelease.Ports;

namespace OrleansRelease.Adapters.Outgoing;

/// <summary>
/// A body that is asked about once more when there is a connection to send it on, for which it may have waited seconds.
/// The head of the request goes out with it: what is vetoed never leaves this process.
/// </summary>
internal sealed class VetoedJson(string body, Veto veto)
    : StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"))
{
    protected override async Task SerializeToStreamAsync(
        Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        if (await veto(cancellationToken) is { } why) throw new VetoedException(why);
        await base.SerializeToStreamAsync(stream, context, cancellationToken);
    }
}

/// <summary>Keeps a request from being sent; it goes no further than to whoever sends it.</summary>
internal sealed class VetoedException(string why) : Exception(why);
