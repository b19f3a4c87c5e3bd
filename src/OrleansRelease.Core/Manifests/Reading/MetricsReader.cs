using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Manifests.Reading;

/// <summary>Where an environment's numbers are read.</summary>
internal static class MetricsReader
{
    private const string Shape = "http: {url: URL}, prometheus: {url: URL} or memory: {}";
    private const string BasicShape = "{user: NAME, password: {file: PATH}}";
    private const string CertificateShape = "{certificate: {file: PATH}, key: {file: PATH}}";

    // A server asks twelve metrics of one source at a time, and each has two queries at most.
    private const int MaxConcurrent = 24;

    private static readonly TimeSpan MaxScrapeInterval = TimeSpan.FromHours(1);

    public static MetricsChoice? Read(Field? field)
    {
        if (ConnectionReader.Adapter(field, ["http", "prometheus", "memory"], [], Shape) is not var (name, fields))
            return null;
        MetricsChoice metrics = name switch
        {
            "memory" => new MetricsChoice.Memory(),
            "prometheus" => Prometheus(fields),
            _ => new MetricsChoice.Http(
                fields.Need("url", "url: the address that queries are relative to")?.Address() ?? "",
                fields.Take("bearer")?.Secret(),
                fields.Take("delay")?.Duration()),
        };
        fields.End();
        return metrics;
    }

    private static MetricsChoice.Prometheus Prometheus(Fields fields)
    {
        var url = fields.Need("url", "url: the address of Prometheus, without /api/v1");
        var address = url?.Address();
        if (address?.IndexOfAny(['?', '#']) >= 0)
        {
            // Its own questions stand there.
            url!.Report(ProblemCode.BadAddress, "what follows ? or # would not be asked with",
                "the address without it; a tenant can be a part of the path, or of the user that asks");
        }

        var bearer = fields.Take("bearer")?.Secret();
        var basic = fields.Take("basic");
        var (ca, certificate) = (fields.Take("ca"), fields.Take("clientCertificate"));
        if (bearer is not null && basic is not null)
        {
            basic.ReportKey(ProblemCode.OneOf, "basic beside bearer: a request has one Authorization",
                "one of bearer and basic");
        }

        if (address?.StartsWith("http:", StringComparison.OrdinalIgnoreCase) is true)
        {
            // Nobody would notice that it is not looked at.
            foreach (var tls in new[] { ca, certificate }.OfType<Field>())
                tls.ReportKey(ProblemCode.Conflict, "over http there is no TLS", "an url that begins with https:");
        }

        return new MetricsChoice.Prometheus(
            address ?? "", bearer, Basic(basic), ca?.Secret(), Certificate(certificate),
            ScrapeInterval(fields.Take("scrapeInterval")), fields.Take("maxConcurrent")?.Whole(1, MaxConcurrent));
    }

    private static BasicCredentials? Basic(Field? field)
    {
        if (field?.Object(BasicShape) is not { } fields) return null;
        var (user, password) = (fields.Need("user", "user: NAME"), fields.Need("password", BasicShape));
        fields.End();
        var name = user?.Text("a name to authenticate with");
        if (name?.Contains(':', StringComparison.Ordinal) is true)
            user!.Report(ProblemCode.BadText, "a colon ends the name of Basic authentication", "a name without it");
        return name is not null && password?.Secret() is { } secret ? new BasicCredentials(name, secret) : null;
    }

    private static ClientCertificate? Certificate(Field? field)
    {
        if (field?.Object(CertificateShape) is not { } fields) return null;
        var certificate = fields.Need("certificate", CertificateShape)?.Secret();
        var key = fields.Need("key", CertificateShape)?.Secret();
        fields.End();
        return certificate is not null && key is not null ? new ClientCertificate(certificate, key) : null;
    }

    private static TimeSpan? ScrapeInterval(Field? field)
    {
        if (field?.Duration(positive: true) is not { } interval) return null;
        if (interval <= MaxScrapeInterval && interval.Ticks % TimeSpan.TicksPerSecond == 0) return interval;
        field.Report(ProblemCode.BadDuration, "no source scrapes at this interval",
            $"whole seconds up to {Duration.Format(MaxScrapeInterval)}, as scrape_interval says");
        return null;
    }
}
