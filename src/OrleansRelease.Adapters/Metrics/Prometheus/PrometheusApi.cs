using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using OrleansRelease.Adapters.Outgoing;
using OrleansRelease.Adapters.Resilience;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Adapters.Metrics.Prometheus;

/// <summary>The part of Prometheus' HTTP API (version 1) that is asked, with the connection's credentials.</summary>
internal sealed class PrometheusApi(OutgoingHttp http, Pipelines pipelines)
{
    /// <summary>One number is wanted; this is hundreds of series.</summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>Longest for the labels of a metric, and for a range.</summary>
    public const int MaxRangeBytes = 1024 * 1024;

    /// <summary>Longer than anybody waits; whoever waits gives up by a limit of its own.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    /// <summary>Longer ones go into a body, which proxies do not cut.</summary>
    private const int MostInAddress = 2_000;

    public Task<PrometheusAnswer> QueryAsync(
        MetricsConnection to, string query, DateTimeOffset at, CancellationToken cancellation) =>
        AskAsync(to, "query", MaxBytes, [("query", query), ("time", Seconds(at))], cancellation);

    public Task<PrometheusAnswer> RangeAsync(
        MetricsConnection to, string query, (DateTimeOffset First, DateTimeOffset Last, TimeSpan Step) steps,
        CancellationToken cancellation) => AskAsync(
        to, "query_range", MaxRangeBytes,
        [
            ("query", query), ("start", Seconds(steps.First)), ("end", Seconds(steps.Last)),
            ("step", (steps.Step.TotalMilliseconds / 1000).ToString("0.###", CultureInfo.InvariantCulture)),
        ],
        cancellation);

    /// <summary>The names of all labels that these series had between these moments; none: no such series.</summary>
    public Task<PrometheusAnswer> LabelsAsync(
        MetricsConnection to, string selection, DateTimeOffset from, DateTimeOffset until,
        CancellationToken cancellation) => AskAsync(
        to, "labels", MaxRangeBytes,
        [("match[]", selection), ("start", Seconds(from)), ("end", Seconds(until))], cancellation);

    /// <summary>Unix seconds, as Prometheus takes them.</summary>
    public static string Seconds(DateTimeOffset at) =>
        (at.ToUnixTimeMilliseconds() / 1000m).ToString("0.###", CultureInfo.InvariantCulture);

    private async Task<PrometheusAnswer> AskAsync(
        MetricsConnection to, string what, int maxBytes, (string Name, string Value)[] form,
        CancellationToken cancellation)
    {
        if (to.Url is not { Scheme: "http" or "https" } at)
            return PrometheusAnswer.No("the connection has no http url");
        var (tls, problem) = TlsMaterial.Read(to.Ca, to.Certificate);
        var (authorization, missing) = Credentials.Read(to.Basic, to.Bearer);
        if ((problem ?? missing) is { } unreadable) return PrometheusAnswer.No(unreadable);
        var url = new Uri($"{at.GetLeftPart(UriPartial.Path).TrimEnd('/')}/api/v1/{what}");
        var text = string.Join('&', form.Select(one =>
            $"{Uri.EscapeDataString(one.Name)}={Uri.EscapeDataString(one.Value)}"));
        try
        {
            var answer = await pipelines.ReadAsync(
                Longest, token => SendAsync(url, text, authorization, tls, maxBytes, token), cancellation);
            return PrometheusAnswer.Of(answer, url);
        }
        catch (InvalidDataException unusable)
        {
            return PrometheusAnswer.No(unusable.Message);
        }
        catch (Exception failed) when (failed is HttpRequestException or IOException)
        {
            return PrometheusAnswer.No(
                $"{url.GetLeftPart(UriPartial.Authority)} does not answer: {Innermost.Of(failed).Message}");
        }
    }

    private async Task<HttpAnswer> SendAsync(
        Uri url, string form, AuthenticationHeaderValue? authorization, TlsMaterial tls, int maxBytes,
        CancellationToken cancellation)
    {
        using var request = form.Length <= MostInAddress
            ? new HttpRequestMessage(HttpMethod.Get, new Uri($"{url}?{form}"))
            : new HttpRequestMessage(HttpMethod.Post, url)
            {
                Content = new StringContent(form, Encoding.ASCII, "application/x-www-form-urlencoded"),
            };
        request.Headers.Authorization = authorization;
        return await http.SendAsync(request, tls, maxBytes, cancellation);
    }
}
