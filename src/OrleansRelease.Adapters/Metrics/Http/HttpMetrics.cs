using System.Text.Json;
using OrleansRelease.Adapters.Outgoing;
using OrleansRelease.Adapters.Resilience;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Json;
using OrleansRelease.Ports.Metrics;
using Polly.Timeout;

namespace OrleansRelease.Adapters.Metrics.Http;

/// <summary>
/// Numbers in JSON. A query is a URL relative to the connection's, with an RFC 6901 pointer as its fragment:
/// <c>slots/checkout.production/window?version=2.0&amp;from={{windowStart}}&amp;to={{windowEnd}}#/bad</c>.
/// </summary>
internal sealed class HttpMetrics(OutgoingHttp http, Pipelines pipelines, TimeProvider time) : IMetrics
{
    public string Name => "http";

    public async Task<Reading> ReadAsync(MetricsQuery query, CancellationToken cancellation)
    {
        try
        {
            // One limit around all fetches of the metric.
            return await pipelines.ProbeAsync(query.Timeout, token => ReadSourceAsync(query, token), cancellation);
        }
        catch (TimeoutRejectedException)
        {
            return new Reading.Error($"no answer within {query.Timeout.TotalSeconds:0.###}s");
        }
    }

    private async Task<Reading> ReadSourceAsync(MetricsQuery query, CancellationToken cancellation)
    {
        switch (query.Source)
        {
            case MetricSource.Query(var text):
                return (await NumbersAsync(query, [text], cancellation))[0].ToReading();
            case MetricSource.Ratio { Bad: { } bad } ratio:
                var badOf = await NumbersAsync(query, [bad, ratio.Total], cancellation);
                return MetricNumber.Ratio(badOf[0], partIsGood: false, badOf[1]);
            case MetricSource.Ratio { Good: { } good } ratio:
                var goodOf = await NumbersAsync(query, [good, ratio.Total], cancellation);
                return MetricNumber.Ratio(goodOf[0], partIsGood: true, goodOf[1]);
            default:
                return new Reading.Error($"{query.Source.GetType().Name} is not read from a metrics source");
        }
    }

    /// <summary>The numbers of queries, in their order; those that differ in the pointer only are one call.</summary>
    private async Task<MetricNumber[]> NumbersAsync(
        MetricsQuery query, string[] texts, CancellationToken cancellation)
    {
        var numbers = new MetricNumber[texts.Length];
        var wanted = new List<(int Index, QueryUrl Query)>();
        for (var i = 0; i < texts.Length; i++)
        {
            var problem = "the connection has no url";
            var url = query.Connection.Url is { } at ? QueryUrl.Parse(at, texts[i], query.Window, out problem) : null;
            if (url is null) numbers[i] = new MetricNumber.Wrong(problem!);
            else wanted.Add((i, url));
        }

        foreach (var same in wanted.GroupBy(one => one.Query.Url))
        {
            using var answer = await FetchAsync(query, same.Key, cancellation);
            foreach (var (index, one) in same) numbers[index] = answer.At(one.Pointer);
        }

        return numbers;
    }

    private async Task<Fetched> FetchAsync(MetricsQuery query, Uri url, CancellationToken cancellation)
    {
        var secret = Secret.Read(query.Connection.Bearer);
        if (secret.Problem is { } missing) return Fetched.Wrong(missing);
        try
        {
            var answer = await GetAsync(url, secret.Value, query.Timeout, cancellation);
            if (answer.ClockProblem is { } apart) return Fetched.Wrong(apart);
            if (!answer.IsSuccess) return NoSuccess(answer);
            if (answer.Body.IsEmpty) return Fetched.Missing("the answer is empty");
            return JsonNumber.Parse(answer.Body, out var problem) is { } json
                ? new Fetched(json, null)
                : Fetched.Wrong(problem!);
        }
        catch (Exception failed) when (failed is HttpRequestException or IOException or InvalidDataException)
        {
            return Fetched.Wrong($"{url.GetLeftPart(UriPartial.Authority)} does not answer: {failed.Message}");
        }
    }

    private Task<HttpAnswer> GetAsync(Uri url, string? bearer, TimeSpan limit, CancellationToken cancellation) =>
        TooEarly.AskAsync(
            () => pipelines.ReadAsync(limit, token => http.GetAsync(url, bearer, token), cancellation),
            answer => answer is { Status: TooEarly.Status, ClockProblem: null }, time, cancellation);

    /// <summary>A source that says by a code that it has no such window is alive; any other "no" is an error.</summary>
    private static Fetched NoSuccess(HttpAnswer answer)
    {
        if (answer.Status is >= 300 and < 400) return Fetched.Wrong($"a redirect ({answer.Status}) is not followed");
        if (answer.Status is 404 or 410 or TooEarly.Status && CodeOf(answer) is { } code) return Fetched.Missing(code);
        return Fetched.Wrong($"the source answered {answer.Status}");
    }

    private static string? CodeOf(HttpAnswer answer)
    {
        try
        {
            var problem = JsonSerializer.Deserialize<Problem>(answer.Body.Span, Vocabulary.Options);
            return problem?.Code is { } code ? $"{code} ({answer.Status}): {problem.Title}" : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed record Problem(string? Code, string? Title);
}
