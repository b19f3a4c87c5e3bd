using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
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

    /// <summary>How long the second attempt waits; each further one waits twice as long.</summary>
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);

    private readonly HttpClient _http;
    private readonly TimeProvider _time;

    public Api(ServerAddress address, TimeProvider time)
    {
        _time = time;
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
        SendAsync(HttpMethod.Get, path, null, null, cancellation);

    /// <summary>A question that does not fit into an address; it changes nothing.</summary>
    public Task<Reply> AskAsync(string path, object body, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Post, path, body, null, cancellation);

    /// <summary>What a command would do. Nothing can have been carried out when no answer comes.</summary>
    public Task<Reply> TryAsync(string path, object body, CancellationToken cancellation) =>
        AskAsync($"{path}?dryRun=true", body, cancellation);

    public async Task<Reply> CommandAsync(
        string path, object body, Repeatable repeatable, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        try
        {
            return await SendAsync(HttpMethod.Post, path, body, repeatable, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // It may be on its way: without the key nobody could find out what became of it.
            return new Reply.Unknown("interrupted before the answer came", repeatable.Line, IsInterrupted: true);
        }
    }

    /// <summary>The stream of events; the caller reads it for as long as it likes.</summary>
    public async Task<Stream> OpenEventsAsync(string query, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/events?{query}");
        var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsStreamAsync(cancellation);
    }

    public void Dispose() => _http.Dispose();

    private async Task<Reply> SendAsync(
        HttpMethod method, string path, object? body, Repeatable? repeatable, CancellationToken cancellation)
    {
        var json = body is null ? null : JsonSerializer.Serialize(body, Vocabulary.Options);
        var why = "nothing was sent";
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (attempt > 0) await Task.Delay(FirstWait * (1 << (attempt - 1)), _time, cancellation);
            var reply = await SendOnceAsync(method, path, json, repeatable?.Key, cancellation);
            if (reply is Reply.Unknown unknown)
                why = unknown.Why;
            else if (attempt == 0 || TellsWhatBecameOfIt(reply))
                return reply;
        }

        return repeatable is null ? new Reply.Unreachable(why) : new Reply.Unknown(why, repeatable.Line);
    }

    // After an attempt that may have been carried out: whoever does not listen, know us or work says nothing of it.
    private static bool TellsWhatBecameOfIt(Reply reply) => reply switch
    {
        Reply.Unreachable => false,
        Reply.Refused { Status: HttpStatusCode.Unauthorized or >= HttpStatusCode.InternalServerError } => false,
        _ => true,
    };

    private async Task<Reply> SendOnceAsync(
        HttpMethod method, string path, string? body, string? key, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        try
        {
            using var response = await _http.SendAsync(request, patience.Token);
            var text = await response.Content.ReadAsStringAsync(patience.Token);
            return Read(response.StatusCode, text, isCommand: key is not null);
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
        catch (SocketException hungUp)
        {
            // As soon as it was connected to, which the runtime does not translate: nothing was sent.
            return new Reply.Unreachable($"{_http.BaseAddress} cannot be reached: {hungUp.Message}");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new Reply.Unknown($"no answer within {Patience.TotalSeconds:0} s");
        }
    }

    private static Reply Read(HttpStatusCode status, string text, bool isCommand)
    {
        if ((int)status is >= 200 and < 300) return new Reply.Answered(text);
        var problem = ProblemOf(text) ?? new ProblemBody(null, (int)status, $"the server answered {(int)status}", null);
        // A defect, or whoever stands before the server, may answer so after the command was carried out. There is no
        // code among the server's 5xx by which nothing happened for certain.
        var isOpen = isCommand
            ? status >= HttpStatusCode.InternalServerError
            : status is HttpStatusCode.GatewayTimeout or HttpStatusCode.ServiceUnavailable;
        return isOpen
            ? new Reply.Unknown(problem.Detail ?? $"the server answered {(int)status}")
            : new Reply.Refused(status, problem, text);
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
