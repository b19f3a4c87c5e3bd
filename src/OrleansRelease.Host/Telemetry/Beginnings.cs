using OpenTelemetry.Trace;
using OrleansRelease.Grains.Measuring;

namespace OrleansRelease.Host.Telemetry;

/// <summary>
/// Where a trace may begin: a request to the API, and an attempt at an effect. What servers say to one another and to
/// the store again and again, and what looks at their health, would bury these.
/// </summary>
internal sealed class Beginnings : Sampler
{
    private const string Request = "Microsoft.AspNetCore.Hosting.HttpRequestIn";

    private static readonly string[] Watchers = ["/metrics", "/health/live", "/health/ready"];

    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters)
    {
        var begins = samplingParameters.Name == Request
            ? !Watchers.Contains(PathOf(samplingParameters.Tags))
            : samplingParameters.Name.StartsWith(TraceNames.Effect, StringComparison.Ordinal);
        return new(begins ? SamplingDecision.RecordAndSample : SamplingDecision.Drop);
    }

    private static string? PathOf(IEnumerable<KeyValuePair<string, object?>>? tags) =>
        tags?.FirstOrDefault(tag => tag.Key == "url.path").Value as string;
}
