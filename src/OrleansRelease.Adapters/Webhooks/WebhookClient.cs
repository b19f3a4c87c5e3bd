using OrleansRelease.Adapters.Outgoing;
using OrleansRelease.Adapters.Resilience;
using OrleansRelease.Ports;
using OrleansRelease.Ports.Storage;
using Polly.Timeout;

namespace OrleansRelease.Adapters.Webhooks;

/// <summary>
/// A team's endpoint, spoken to in signed requests. Nobody else is: whatever it says, its origin is kept.
/// </summary>
internal sealed class WebhookClient(OutgoingHttp http, Pipelines pipelines, IStoreClock clock)
{
    /// <summary>How long one look, or one question about how far it is, may take.</summary>
    public static readonly TimeSpan LookLimit = TimeSpan.FromSeconds(5);

    /// <summary>Asks for a change, once. How long that may take is said around it.</summary>
    public async Task<WebhookAnswer> ChangeAsync(
        WebhookPlace place, string id, string body, Veto mayBegin, CancellationToken cancellation)
    {
        string? vetoed = null;
        async ValueTask<string?> AskAsync(CancellationToken token) => vetoed = await mayBegin(token);
        try
        {
            using var request = Signed(place, HttpMethod.Post, place.Url, id, body, new VetoedJson(body, AskAsync));
            return new WebhookAnswer.Answered(await http.SendAsync(request, cancellation));
        }
        catch (Exception e) when (vetoed is not null && e is VetoedException or HttpRequestException)
        {
            return new WebhookAnswer.Vetoed(vetoed!);
        }
        catch (KeyException missing)
        {
            return new WebhookAnswer.NotReached(missing.Message);
        }
        catch (HttpRequestException failed) when (failed.HttpRequestError
            is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
            or HttpRequestError.SecureConnectionError)
        {
            return new WebhookAnswer.NotReached($"{place.Shown} cannot be reached: {failed.Message}");
        }
        catch (Exception failed) when (failed is HttpRequestException or IOException)
        {
            return new WebhookAnswer.Lost($"{place.Shown} did not answer: {failed.Message}");
        }
    }

    /// <summary>How far a change is that was accepted; null where that cannot be asked now.</summary>
    public async Task<HttpAnswer?> StatusAsync(WebhookPlace place, string id, Uri url, CancellationToken cancellation)
    {
        try
        {
            return await ReadAsync(place, HttpMethod.Get, url, id, body: null, cancellation);
        }
        catch (Exception failed) when (IsTrouble(failed))
        {
            return null;
        }
    }

    /// <summary>
    /// Asks what changes nothing; throws <see cref="InvalidDataException"/> where there is no answer, or none that
    /// <paramref name="read"/> can read.
    /// </summary>
    public async Task<T> LookAsync<T>(
        WebhookPlace place, string body, Func<HttpAnswer, T> read, CancellationToken cancellation)
    {
        try
        {
            return read(await ReadAsync(
                place, HttpMethod.Post, place.Url, $"look_{Guid.NewGuid():N}", body, cancellation));
        }
        catch (Exception failed) when (IsTrouble(failed))
        {
            throw new InvalidDataException($"{place.Shown} does not say what is there: {failed.Message}", failed);
        }
    }

    private static bool IsTrouble(Exception failed) => failed
        is HttpRequestException or IOException or InvalidDataException or TimeoutRejectedException or KeyException;

    private Task<HttpAnswer> ReadAsync(
        WebhookPlace place, HttpMethod method, Uri url, string id, string? body, CancellationToken cancellation) =>
        pipelines.ReadAsync(
            LookLimit,
            async token =>
            {
                using var request = Signed(
                    place, method, url, id, body ?? "", body is null ? null : new VetoedJson(body, Always));
                return await http.SendAsync(request, token);
            },
            cancellation);

    private HttpRequestMessage Signed(
        WebhookPlace place, HttpMethod method, Uri url, string id, string body, HttpContent? content)
    {
        var secret = Secret.Read(place.Key);
        if (secret.Value is not { } text)
            throw new KeyException(secret.Problem ?? "the connection has no key");
        var key = WebhookSignature.KeyOf(text, out var problem) ?? throw new KeyException(problem!);
        var request = new HttpRequestMessage(method, url) { Content = content };
        WebhookSignature.Sign(request, key, id, clock.Now, body);
        return request;
    }

    private static ValueTask<string?> Always(CancellationToken cancellation) => ValueTask.FromResult<string?>(null);

    /// <summary>Nothing can be signed; it goes no further than to the catch around it.</summary>
    private sealed class KeyException(string why) : Exception(why);
}
