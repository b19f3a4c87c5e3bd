using System.Collections.Concurrent;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OrleansRelease.Adapters.Outgoing;

/// <summary>
/// One pool of connections for each trust and identity. A connection is never used under another identity than the one
/// it was opened with.
/// </summary>
internal sealed class TlsClients : IDisposable
{
    public const int Most = 64;

    private readonly HttpClient _machine = Client(new SslClientAuthenticationOptions(), LinkLocal.AvoidAsync);
    private readonly ConcurrentDictionary<string, HttpClient> _own = [];

    /// <summary>Throws <see cref="InvalidDataException"/> for what is no certificate or key.</summary>
    public HttpClient Of(TlsMaterial tls)
    {
        if (tls == TlsMaterial.OfMachine) return _machine;
        var fingerprint = tls.Fingerprint();
        if (_own.TryGetValue(fingerprint, out var known)) return known;
        // What was renewed is not asked for again. Calls on the way keep their pool until they end.
        if (_own.Count >= Most) _own.Clear();
        return _own.GetOrAdd(fingerprint, _ => Client(Options(tls), LinkLocal.AvoidAsync));
    }

    public void Dispose()
    {
        _machine.Dispose();
        foreach (var client in _own.Values) client.Dispose();
    }

    /// <summary>Without redirects and cookies; whoever connects keeps away from the machine's own link.</summary>
    public static HttpClient Client(
        SslClientAuthenticationOptions options,
        Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> connect)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            MaxConnectionsPerServer = 32,
            ConnectCallback = connect,
            SslOptions = options,
        };
        return new HttpClient(new HangUps(handler)) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Throws <see cref="InvalidDataException"/> for what is no certificate or key.</summary>
    public static SslClientAuthenticationOptions Options(TlsMaterial tls)
    {
        var options = new SslClientAuthenticationOptions();
        if (tls.Ca is { } ca)
        {
            // Only those who are named: the machine's authorities vouch for nobody here.
            options.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(Certificates(ca, "the certificate authority"));
        }

        if (tls is { Certificate: { } certificate, Key: { } key })
        {
            options.ClientCertificateContext = SslStreamCertificateContext.Create(
                Own(certificate, key), Certificates(certificate, "the client certificate"), offline: true);
        }

        return options;
    }

    private static X509Certificate2 Own(string certificate, string key)
    {
        try
        {
            return X509Certificate2.CreateFromPem(certificate, key);
        }
        catch (Exception none) when (none is CryptographicException or ArgumentException)
        {
            throw new InvalidDataException("the client certificate and its key do not belong together or are none");
        }
    }

    private static X509Certificate2Collection Certificates(string pem, string what)
    {
        var all = new X509Certificate2Collection();
        try
        {
            all.ImportFromPem(pem);
        }
        catch (CryptographicException)
        {
            all.Clear();
        }

        return all.Count > 0 ? all : throw new InvalidDataException($"{what} is no certificate in the PEM format");
    }
}
