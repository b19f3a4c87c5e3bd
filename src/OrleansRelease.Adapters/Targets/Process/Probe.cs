using OrleansRelease.Adapters.Outgoing;
using OrleansRelease.Adapters.Resilience;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Specs;
using Polly.Timeout;

namespace OrleansRelease.Adapters.Targets.Process;

/// <summary>What an instance says of itself.</summary>
internal abstract record ProbeResult
{
    private ProbeResult()
    {
    }

    public sealed record Ready : ProbeResult;

    public sealed record NotYet(string Reason) : ProbeResult;

    /// <summary>Something answers there, but it is not the version that should.</summary>
    public sealed record OtherVersion(string Answer) : ProbeResult;
}

/// <summary>Asks instances whether they are ready and which version they are.</summary>
internal sealed class Probe(Pipelines pipelines) : IDisposable
{
    private const int MaxBodyBytes = 64 * 1024;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    // No proxy and no redirect: the question is what listens on this very port.
    private readonly HttpClient _http = new(new HangUps(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(5),
    }))
    {
        MaxResponseContentBufferSize = MaxBodyBytes,
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public static Uri Address(int port) => new UriBuilder("http", "127.0.0.1", port).Uri;

    public async Task<ProbeResult> AskAsync(
        int port, StartRecord start, VersionName version, string readinessPath, string versionPath,
        CancellationToken cancellation)
    {
        try
        {
            var result = await pipelines.ProbeAsync(
                Limit, inner => AskOnceAsync(Address(port), version, readinessPath, versionPath, inner), cancellation);
            // Another service may have a version of this name, and may have taken the port while this one was down.
            return result is ProbeResult.Ready && Listeners.OtherInstanceAt(port, start) is { } other
                ? new ProbeResult.NotYet($"another instance has port {port}: {other}")
                : result;
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            return new ProbeResult.NotYet($"no answer on port {port}");
        }
        catch (TimeoutRejectedException)
        {
            return new ProbeResult.NotYet($"no answer on port {port} within {Limit.TotalSeconds} s");
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<ProbeResult> AskOnceAsync(
        Uri address, VersionName version, string readinessPath, string versionPath, CancellationToken cancellation)
    {
        // First who it is: a stranger's health says nothing.
        using var answer = await _http.GetAsync(VersionEndpoint.At(address, versionPath), cancellation);
        var body = await answer.Content.ReadAsByteArrayAsync(cancellation);
        if (!answer.IsSuccessStatusCode)
            return new ProbeResult.NotYet($"{versionPath} answered {(int)answer.StatusCode}");
        if (VersionAnswer.Read(body)?.Version is not { } found)
            return new ProbeResult.NotYet($"{versionPath} names no version");
        if (found != version.ToString()) return new ProbeResult.OtherVersion(found);

        using var health = await _http.GetAsync(
            VersionEndpoint.At(address, readinessPath), HttpCompletionOption.ResponseHeadersRead, cancellation);
        return health.IsSuccessStatusCode
            ? new ProbeResult.Ready()
            : new ProbeResult.NotYet($"{readinessPath} answered {(int)health.StatusCode}");
    }
}
