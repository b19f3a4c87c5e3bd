using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace OrleansRelease.Adapters.Outgoing;

/// <summary>
/// A connection of one request: what resolving, connecting and TLS make of it belongs to what is seen. No redirect is
/// followed, and nobody is asked at an address of the machine's own link.
/// </summary>
internal sealed class FreshConnection : IDisposable
{
    private readonly Uri _url;
    private readonly HttpClient _client;

    /// <summary>Throws <see cref="InvalidDataException"/> for what is no certificate or key.</summary>
    public FreshConnection(Uri url, TlsMaterial tls)
    {
        _url = url;
        var options = TlsClients.Options(tls);
        // What the other side names as where its authorities are is not asked: by nobody's time and at any address.
        options.CertificateChainPolicy ??= new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck };
        options.CertificateChainPolicy.DisableCertificateDownloads = true;
        options.RemoteCertificateValidationCallback = (_, shown, chain, errors) => IsTrusted(shown, chain, errors);
        _client = TlsClients.Client(options, ConnectAsync);
    }

    /// <summary>A proxy of this machine's is in between: who takes the connection is not who is asked.</summary>
    public bool IsProxied { get; private set; }

    /// <summary>Something was there that took the connection.</summary>
    public bool IsConnected { get; private set; }

    /// <summary>The address is one that is not asked.</summary>
    public bool IsForbidden { get; private set; }

    /// <summary>Until when the certificate of the other side is valid.</summary>
    public DateTimeOffset? CertificateEnds { get; private set; }

    /// <summary>Why that is not trusted, in words of this side.</summary>
    public string? CertificateProblem { get; private set; }

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation) =>
        _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);

    public void Dispose() => _client.Dispose();

    private async ValueTask<Stream> ConnectAsync(
        SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        // A second one is what a user gets only who asks again.
        if (IsConnected) throw new HttpIOException(HttpRequestError.ResponseEnded);
        var end = context.DnsEndPoint;
        IsProxied = end.Port != _url.Port
            || !string.Equals(end.Host.Trim('[', ']'), _url.IdnHost, StringComparison.OrdinalIgnoreCase);
        try
        {
            var stream = await LinkLocal.AvoidAsync(context, cancellation);
            IsConnected = true;
            return stream;
        }
        catch (IOException)
        {
            IsForbidden = true;
            throw;
        }
    }

    private bool IsTrusted(X509Certificate? shown, X509Chain? chain, SslPolicyErrors errors)
    {
        if (shown is X509Certificate2 certificate) CertificateEnds = new DateTimeOffset(certificate.NotAfter);
        if (errors == SslPolicyErrors.None) return true;
        var reasons = (chain?.ChainStatus ?? []).Select(status => $"{status.Status}").Distinct().ToList();
        CertificateProblem = errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable) ? "no certificate is shown"
            : errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) ? "the certificate is of another name"
            : reasons.Contains(nameof(X509ChainStatusFlags.NotTimeValid)) ? "the certificate is not valid at this time"
            : $"the certificate is not trusted ({string.Join(", ", reasons)})";
        return false;
    }
}
