using System.Net.Http.Headers;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Adapters.Outgoing;

/// <summary>
/// The connections that adapters ask over. No redirect is followed, so that a token never goes to another origin, and
/// nobody is asked at an address of the machine's own link; how long a call may take is said by the pipeline around it.
/// </summary>
internal sealed class OutgoingHttp(IStoreClock clock) : IDisposable
{
    public const int MaxBodyBytes = 64 * 1024;

    private readonly TlsClients _clients = new();

    /// <summary>The status and the whole body; a body over <see cref="MaxBodyBytes"/> is an error.</summary>
    public async Task<HttpAnswer> SendAsync(
        HttpMethod method, Uri url, string? bearer, HttpContent? content, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, url) { Content = content };
        if (bearer is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        var answer = await SendAsync(request, cancellation);
        return !answer.IsCut
            ? answer
            : throw new InvalidDataException($"the answer is larger than {MaxBodyBytes} bytes");
    }

    /// <summary>The same for a request that was made elsewhere; of a larger body its beginning.</summary>
    public Task<HttpAnswer> SendAsync(HttpRequestMessage request, CancellationToken cancellation) =>
        SendAsync(request, TlsMaterial.OfMachine, MaxBodyBytes, cancellation);

    /// <summary>The same with a trust and identity of its own, and another limit for the body.</summary>
    public async Task<HttpAnswer> SendAsync(
        HttpRequestMessage request, TlsMaterial tls, int maxBytes, CancellationToken cancellation)
    {
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        var sent = clock.Now;
        using var response = await _clients.Of(tls).SendAsync(
            request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        var apart = SourceTime.Of(response)?.ProblemOf(request.RequestUri!, sent, clock.Now);
        var (body, isCut) = await ReadAsync(response.Content, maxBytes, cancellation);
        return new HttpAnswer((int)response.StatusCode, body, apart)
        {
            IsCut = isCut,
            MediaType = response.Content.Headers.ContentType?.MediaType,
            Location = response.Headers.Location,
            RetryAfter = response.Headers.RetryAfter,
        };
    }

    public Task<HttpAnswer> GetAsync(Uri url, string? bearer, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Get, url, bearer, content: null, cancellation);

    public void Dispose() => _clients.Dispose();

    private static async Task<(byte[] Body, bool IsCut)> ReadAsync(
        HttpContent content, int maxBytes, CancellationToken cancellation)
    {
        await using var body = await content.ReadAsStreamAsync(cancellation);
        var buffer = new byte[maxBytes + 1];
        var read = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation);
        return (buffer[..Math.Min(read, maxBytes)], read > maxBytes);
    }
}

/// <summary>
/// An answer; <see cref="ClockProblem"/> says that its origin's clock is too far from the one that decisions are made
/// by.
/// </summary>
internal readonly record struct HttpAnswer(int Status, ReadOnlyMemory<byte> Body, string? ClockProblem)
{
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>A proxy's or a login's, and no program's.</summary>
    public bool IsPage => string.Equals(MediaType, "text/html", StringComparison.OrdinalIgnoreCase);

    /// <summary>The body goes on, and was not read any further.</summary>
    public bool IsCut { get; init; }

    /// <summary>Of its body.</summary>
    public string? MediaType { get; init; }

    /// <summary>As it was said, maybe relative and maybe of another origin.</summary>
    public Uri? Location { get; init; }

    public RetryConditionHeaderValue? RetryAfter { get; init; }
}
