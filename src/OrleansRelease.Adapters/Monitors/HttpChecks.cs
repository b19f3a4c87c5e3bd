using System.Net.Http.Headers;
using OrleansRelease.Adapters.Outgoing;
using OrleansRelease.Adapters.Resilience;
using OrleansRelease.Core.Monitors;
using OrleansRelease.Ports.Monitors;
using Polly.Timeout;

namespace OrleansRelease.Adapters.Monitors;

/// <summary>
/// Checks over HTTP. Each request has a connection of its own, so that name, way and certificate are looked at each
/// time; who asks is shown to the checked address alone.
/// </summary>
internal sealed class HttpChecks(Pipelines pipelines, TimeProvider time) : IChecks
{
    private const string Agent = "OrleansRelease";

    public async Task<CheckAnswer> AskAsync(MonitorCheck check, CancellationToken cancellation)
    {
        if (!Uri.TryCreate(check.Url, UriKind.Absolute, out var url)) return Own("its address is none");
        var (tls, noTls) = TlsMaterial.Read(check.Ca, check.Certificate);
        var (who, unknown) = Credentials.Read(check.Basic, check.Bearer);
        if ((noTls ?? unknown) is { } missing) return Own(missing);
        try
        {
            using var connection = new FreshConnection(url, tls);
            return await AskAsync(check, url, who, connection, cancellation);
        }
        catch (InvalidDataException none)
        {
            return Own(none.Message);
        }
    }

    public async Task<bool> ReachesNetworkAsync(MonitorCheck check, CancellationToken cancellation)
    {
        if (!Uri.TryCreate(check.Network, UriKind.Absolute, out var url)) return false;
        using var connection = new FreshConnection(url, TlsMaterial.OfMachine);
        try
        {
            using var response = await pipelines.ProbeAsync(
                check.Timeout, token => SendAsync(connection, HttpMethod.Head, url, who: null, token), cancellation);
            return !IsOfProxy(response, url, connection);
        }
        catch (Exception failed) when (failed is HttpRequestException or IOException or TimeoutRejectedException)
        {
            // Whoever shows a certificate is there, also where nobody here trusts it.
            return connection is { CertificateProblem: not null, IsProxied: false };
        }
    }

    private async Task<CheckAnswer> AskAsync(
        MonitorCheck check, Uri url, AuthenticationHeaderValue? who, FreshConnection connection,
        CancellationToken cancellation)
    {
        var begun = time.GetTimestamp();
        try
        {
            return await pipelines.ProbeAsync<CheckAnswer>(check.Timeout, async token =>
            {
                var method = check.Method == CheckMethod.Head ? HttpMethod.Head : HttpMethod.Get;
                using var response = await SendAsync(connection, method, url, who, token);
                if (IsOfProxy(response, url, connection))
                    return Own($"the proxy of this server may have said {(int)response.StatusCode}");
                if (check.Expect.Body is not null && IsEncoded(response))
                    return Own("its body comes compressed, which was not asked for");
                var (body, isCut) = await ReadAsync(response.Content, token);
                return new CheckAnswer.Answered(
                    (int)response.StatusCode, time.GetElapsedTime(begun), body, isCut, connection.CertificateEnds);
            }, cancellation);
        }
        catch (TimeoutRejectedException)
        {
            var isThere = connection is { IsConnected: true, IsProxied: false };
            return new CheckAnswer.None(isThere ? Trouble.TimedOut : Trouble.NoConnection, "");
        }
        catch (Exception failed) when (failed is HttpRequestException or IOException)
        {
            return Troubles.Of(failed, connection);
        }
    }

    private static async Task<HttpResponseMessage> SendAsync(
        FreshConnection connection, HttpMethod method, Uri url, AuthenticationHeaderValue? who,
        CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, url);
        request.Headers.Authorization = who;
        request.Headers.Accept.ParseAdd("*/*");
        request.Headers.AcceptEncoding.ParseAdd("identity");
        request.Headers.UserAgent.ParseAdd(Agent);
        request.Headers.ConnectionClose = true;
        return await connection.SendAsync(request, cancellation);
    }

    // Over http a proxy answers in the other side's name, and says so when it cannot.
    private static bool IsOfProxy(HttpResponseMessage response, Uri url, FreshConnection connection) =>
        connection.IsProxied && url.Scheme == Uri.UriSchemeHttp
        && (int)response.StatusCode is 403 or 407 or 502 or 503 or 504;

    private static bool IsEncoded(HttpResponseMessage response) => response.Content.Headers.ContentEncoding
        .Any(one => !one.Equals("identity", StringComparison.OrdinalIgnoreCase));

    // Not into a buffer of the most that it may be: few pages are that large.
    private static async Task<(ReadOnlyMemory<byte> Body, bool IsCut)> ReadAsync(
        HttpContent content, CancellationToken cancellation)
    {
        await using var body = await content.ReadAsStreamAsync(cancellation);
        using var read = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (read.Length <= MonitorCheck.MostBytes)
        {
            var some = await body.ReadAsync(buffer, cancellation);
            if (some == 0) return (read.ToArray(), false);
            await read.WriteAsync(buffer.AsMemory(0, some), cancellation);
        }

        return (read.ToArray().AsMemory(0, MonitorCheck.MostBytes), true);
    }

    private static CheckAnswer.None Own(string problem) => new(Trouble.OwnSide, problem);
}
