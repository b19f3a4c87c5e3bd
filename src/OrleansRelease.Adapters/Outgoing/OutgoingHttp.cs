using System.Net.Http.Headers;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Adapters.Outgoing;

/// <summary>
/// The connections that adapters ask over. No redirect is followed, so that a token never goes to another origin; how
/// long a call may take is said by the pipeline around it.
/// </summary>
internal sealed class OutgoingHttp(IStoreClock clock) : IDisposable
{
    public const int MaxBodyBytes = 64 * 1024;

    private readonly HttpClient _client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        MaxConnectionsPerServer = 32,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>The status and the whole body; a body over <see cref="MaxBodyBytes"/> is an error.</summary>
    public async Task<HttpAnswer> SendAsync(
        HttpMethod method, Uri url, string? bearer, HttpContent? content, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, url) { Content = content };
        if (bearer is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        var sent = clock.Now;
        using var response = await _client.SendAsync(
            request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        var apart = SourceTime.Of(response)?.ProblemOf(url, sent, clock.Now);
        return new HttpAnswer((int)response.StatusCode, await ReadAsync(response.Content, cancellation), apart);
    }

    public Task<HttpAnswer> GetAsync(Uri url, string? bearer, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Get, url, bearer, content: null, cancellation);

    public void Dispose() => _client.Dispose();

    private static async Task<byte[]> ReadAsync(HttpContent content, CancellationToken cancellation)
    {
        await using var body = await content.ReadAsStreamAsync(cancellation);
        var buffer = new byte[MaxBodyBytes + 1];
        var read = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation);
        return read <= MaxBodyBytes
            ? buffer[..read]
            : throw new InvalidDataException($"the answer is larger than {MaxBodyBytes} bytes");
    }
}

/// <summary>
/// An answer; <see cref="ClockProblem"/> says that its origin's clock is too far from the one that decisions are made
/// by.
/// </summary>
internal readonly record struct HttpAnswer(int Status, ReadOnlyMemory<byte> Body, string? ClockProblem)
{
    public bool IsSuccess => Status is >= 200 and < 300;
}
