using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using OrleansRelease.Core.Json;

namespace OrleansRelease.Cli.Connection;

/// <summary>
/// The server's HTTP interface. A command carries a key, so it can be sent again when no answer came: it is carried out
/// once.
/// </summary>
internal sealed class Api : IDisposable
{
    /// <summary>How often a request is sent at most.</summary>
    private const int Attempts = 3;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly HttpClient _http;

    public Api(ServerAddress address)
    {
        _http = new HttpClient(new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromSeconds(5),
            AllowAutoRedirect = false,
        })
        {
            BaseAddress = address.Url,
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", address.Token);
    }

    public Task<Reply> GetAsync(string path, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Get, path, null, cancellation);

    public Task<Reply> PostAsync(string path, object? body, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Post, path, JsonSerializer.Serialize(body ?? new { }, Vocabulary.Options), cancellation);

    /// <summary>The stream of events; the caller reads it for as long as it likes.</summary>
    public async Task<Stream> OpenEventsAsync(string query, string? lastEventId, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/events?{query}");
        if (lastEventId is not null) request.Headers.Add("Last-Event-ID", lastEventId);
        var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsStreamAsync(cancellation);
    }

    public void Dispose() => _http.Dispose();

    private async Task<Reply> SendAsync(HttpMethod method, string path, string? body, CancellationToken cancellation)
    {
        var key = Guid.CreateVersion7().ToString();
        Reply reply = new Reply.Unreachable("nothing was sent");
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            reply = await SendOnceAsync(method, path, body, key, cancellation);
            // A refused connection is not worth another try: nobody listens there.
            if (reply is not Reply.Unknown) break;
        }

        return method == HttpMethod.Get && reply is Reply.Unknown unknown ? new Reply.Unreachable(unknown.Why) : reply;
    }

    private async Task<Reply> SendOnceAsync(
        HttpMethod method, string path, string? body, string key, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
            request.Headers.Add("Idempotency-Key", key);
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        try
        {
            using var response = await _http.SendAsync(request, patience.Token);
            return Read(response.StatusCode, await response.Content.ReadAsStringAsync(patience.Token));
        }
        catch (HttpRequestException failed) when (failed.HttpRequestError is HttpRequestError.ConnectionError
            or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError)
        {
            return new Reply.Unreachable($"{_http.BaseAddress} cannot be reached: {failed.Message}");
        }
        catch (HttpRequestException failed)
        {
            return new Reply.Unknown(failed.Message);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new Reply.Unknown($"no answer within {Patience.TotalSeconds:0} s");
        }
    }

    private static Reply Read(HttpStatusCode status, string text)
    {
        if ((int)status is >= 200 and < 300) return new Reply.Answered(text);
        var problem = ProblemOf(text) ?? new ProblemBody(null, (int)status, $"the server answered {(int)status}", null);
        return status is HttpStatusCode.GatewayTimeout or HttpStatusCode.ServiceUnavailable
            ? new Reply.Unknown(problem.Detail ?? "no answer came in time")
            : new Reply.Refused(problem, text);
    }

    private static ProblemBody? ProblemOf(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<ProblemBody>(text, Vocabulary.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
