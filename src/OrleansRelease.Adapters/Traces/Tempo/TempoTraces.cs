using System.Globalization;
using System.Net.Http.Headers;
using OrleansRelease.Adapters.Outgoing;
using OrleansRelease.Adapters.Resilience;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;
using OrleansRelease.Ports.Traces;
using Polly.Timeout;

namespace OrleansRelease.Adapters.Traces.Tempo;

/// <summary>
/// Traces of Grafana Tempo, and of what answers as it does: its search by TraceQL (Tempo's HTTP API,
/// <c>GET /api/search</c>), whose times are whole seconds.
/// </summary>
internal sealed class TempoTraces(OutgoingHttp http, Pipelines pipelines) : ITraces
{
    /// <summary>By which Tempo tells those apart whom it serves.</summary>
    private const string TenantHeader = "X-Scope-OrgID";

    public string Name => TracesConnection.Tempo;

    public async Task<TracesReading> SearchAsync(TracesSearch search, CancellationToken cancellation)
    {
        var to = search.Connection;
        if (to.Url is not { Scheme: "http" or "https" } at)
            return new TracesReading.Error("the connection has no http url");
        var (tls, problem) = TlsMaterial.Read(to.Ca, to.Certificate);
        var (authorization, missing) = Credentials.Read(to.Basic, to.Bearer);
        if ((problem ?? missing) is { } unreadable) return new TracesReading.Error(unreadable);
        var url = new Uri($"{at.GetLeftPart(UriPartial.Path).TrimEnd('/')}/api/search?{Form(search)}");
        try
        {
            var answer = await pipelines.ReadAsync(
                search.Timeout, token => SendAsync(url, authorization, to.Tenant, tls, token), cancellation);
            return TempoAnswer.Of(answer, url);
        }
        catch (TimeoutRejectedException)
        {
            return new TracesReading.Error($"no answer within {Duration.Format(search.Timeout)}");
        }
        catch (InvalidDataException unusable)
        {
            return new TracesReading.Error(unusable.Message);
        }
        catch (Exception failed) when (failed is HttpRequestException or IOException)
        {
            return new TracesReading.Error(
                $"{url.GetLeftPart(UriPartial.Authority)} does not answer: {Innermost.Of(failed).Message}");
        }
    }

    private async Task<HttpAnswer> SendAsync(
        Uri url, AuthenticationHeaderValue? authorization, string? tenant, TlsMaterial tls,
        CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Authorization = authorization;
        if (tenant is not null) request.Headers.Add(TenantHeader, tenant);
        return await http.SendAsync(request, tls, OutgoingHttp.MaxBodyBytes, cancellation);
    }

    // A window within one second would be none there.
    private static string Form(TracesSearch search)
    {
        var start = search.Window.Start.ToUnixTimeSeconds();
        var end = search.Window.End.AddSeconds(1).AddTicks(-1).ToUnixTimeSeconds();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"q={Uri.EscapeDataString(search.Connection.Query)}&start={start}&end={end}&limit={search.Most}");
    }
}
