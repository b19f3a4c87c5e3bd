using System.Text;
using System.Text.Json;
using OrleansRelease.Adapters.Outgoing;
using OrleansRelease.Adapters.Resilience;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Specs;
using OrleansRelease.Ports;
using Polly.Timeout;

namespace OrleansRelease.Adapters.Traffic.Yarp;

/// <summary>The router's admin endpoint, spoken to with the connection's token.</summary>
internal sealed class RouterClient(OutgoingHttp http, Pipelines pipelines)
{
    private const string Unreadable = "the router's answer cannot be read";

    private delegate Task<HttpAnswer> Call(
        TimeSpan limit, Func<CancellationToken, Task<HttpAnswer>> send, CancellationToken cancellation);

    public async Task<RouterAnswer<RouterSlot>> PutAsync(
        RolloutSpec spec, string body, Veto? veto, TimeSpan limit, CancellationToken cancellation)
    {
        string? vetoed = null;
        async ValueTask<string?> MayGoAsync(CancellationToken cancel) =>
            vetoed = veto is null ? null : await veto(cancel);
        try
        {
            var answer = await AskAsync<RouterSlot>(spec, "", pipelines.AdminAsync, limit, (url, token, cancel) =>
                http.SendAsync(HttpMethod.Put, url, token, new VetoedJson(body, MayGoAsync), cancel), cancellation);
            return vetoed is null ? answer : new RouterAnswer<RouterSlot>.Vetoed(vetoed);
        }
        catch (VetoedException)
        {
            return new RouterAnswer<RouterSlot>.Vetoed(vetoed!);
        }
    }

    /// <summary>No older fence is taken any more; where requests go stays as it is.</summary>
    public Task<RouterAnswer<RouterSlot>> CloseAsync(
        RolloutSpec spec, Fence fence, TimeSpan limit, CancellationToken cancellation) =>
        AskAsync<RouterSlot>(spec, "/close", pipelines.AdminAsync, limit, (url, token, cancel) => http.SendAsync(
            HttpMethod.Post, url, token,
            new StringContent(Vocabulary.Write(new { fence }), Encoding.UTF8, "application/json"), cancel),
            cancellation);

    public Task<RouterAnswer<RouterSlot>> GetAsync(
        RolloutSpec spec, TimeSpan limit, CancellationToken cancellation) =>
        AskAsync<RouterSlot>(spec, "", pipelines.ReadAsync, limit, http.GetAsync, cancellation);

    public Task<RouterAnswer<WindowCounts>> WindowAsync(
        RolloutSpec spec, VersionName version, Window window, TimeSpan limit, CancellationToken cancellation) =>
        AskAsync<WindowCounts>(spec,
            $"/window?version={Uri.EscapeDataString(version.ToString())}"
            + $"&from={window.Start.ToUnixTimeMilliseconds()}&to={window.End.ToUnixTimeMilliseconds()}",
            pipelines.ReadAsync, limit, http.GetAsync, cancellation);

    private static async Task<RouterAnswer<T>> AskAsync<T>(
        RolloutSpec spec, string rest, Call call, TimeSpan limit,
        Func<Uri, string?, CancellationToken, Task<HttpAnswer>> send, CancellationToken cancellation)
    {
        if (spec.Traffic.Url is not { } at) return new RouterAnswer<T>.NotReached("the connection has no url");
        var secret = Secret.Read(spec.Traffic.Token);
        if (secret.Problem is { } missing) return new RouterAnswer<T>.NotReached(missing);
        var url = new Uri($"{at.AbsoluteUri.TrimEnd('/')}/slots/{spec.Slot}{rest}");
        try
        {
            var answer = await call(limit, cancel => send(url, secret.Value, cancel), cancellation);
            // Weights and fences do not depend on the time; windows do.
            return answer.ClockProblem is { } apart && typeof(T) == typeof(WindowCounts)
                ? new RouterAnswer<T>.Lost(apart)
                : Understand<T>(answer);
        }
        catch (HttpRequestException failed) when (failed.HttpRequestError
            is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
            or HttpRequestError.SecureConnectionError)
        {
            return new RouterAnswer<T>.NotReached($"the router at {at} cannot be reached: {failed.Message}");
        }
        catch (Exception failed) when (failed is HttpRequestException or TimeoutRejectedException
            or IOException or InvalidDataException)
        {
            return new RouterAnswer<T>.Lost($"the router at {at} did not answer: {failed.Message}");
        }
    }

    private static RouterAnswer<T> Understand<T>(HttpAnswer answer)
    {
        try
        {
            if (answer.IsSuccess)
            {
                return JsonSerializer.Deserialize<T>(answer.Body.Span, Vocabulary.Options) is { } value
                    and not RouterSlot { IsWhole: false }
                    ? new RouterAnswer<T>.Yes(value)
                    : new RouterAnswer<T>.Lost(Unreadable);
            }

            var problem = JsonSerializer.Deserialize<RouterProblem>(answer.Body.Span, Vocabulary.Options);
            return new RouterAnswer<T>.No((problem ?? Plain(answer)) with { Status = answer.Status });
        }
        catch (JsonException)
        {
            return answer.IsSuccess ? new RouterAnswer<T>.Lost(Unreadable) : new RouterAnswer<T>.No(Plain(answer));
        }
    }

    private static RouterProblem Plain(HttpAnswer answer) => new(answer.Status, null, "no problem was given", null);
}

internal sealed record WindowCounts(long? Total, long? Bad);
