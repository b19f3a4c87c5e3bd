using System.Collections.Immutable;
using OrleansRelease.Adapters.Outgoing;
using OrleansRelease.Adapters.Resilience;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Specs;
using Polly.Timeout;

namespace OrleansRelease.Adapters.Traffic.Yarp;

/// <summary>One instance's own count of users' requests, or why there is none.</summary>
internal sealed record InstanceCount(long? Requests, string? Problem, bool NobodyThere = false);

/// <summary>What all instances of a version said at one moment.</summary>
internal sealed record CountsAtOnce(ImmutableDictionary<(VersionName Version, Uri Address), InstanceCount> Instances)
{
    /// <summary>Requests to a version since an earlier moment, or why they cannot be known.</summary>
    public InstanceCount Since(CountsAtOnce earlier, VersionName version)
    {
        var sum = 0L;
        var nobody = true;
        foreach (var (key, now) in Instances.Where(pair => pair.Key.Version == version))
        {
            var before = earlier.Instances.GetValueOrDefault(key) ?? new InstanceCount(null, $"{key.Address} is new");
            nobody &= now.NobodyThere;
            if (now.Requests is not { } later || before.Requests is not { } sooner)
                return new InstanceCount(null, now.Problem ?? before.Problem, now.NobodyThere);
            // It has started again in between: how many requests it had before that, nobody knows.
            if (later < sooner) return new InstanceCount(null, $"{key.Address} has started to count again");
            sum += later - sooner;
        }

        return new InstanceCount(sum, null, nobody);
    }
}

/// <summary>Asks every instance at its version endpoint.</summary>
internal sealed class UpstreamCounts(OutgoingHttp http, Pipelines pipelines)
{
    public const int AtOnce = 8;

    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    /// <summary><paramref name="limitOf"/> is asked anew before each instance: how long it may take.</summary>
    public async Task<CountsAtOnce> ReadAsync(
        ImmutableDictionary<VersionName, ImmutableArray<Uri>> addresses, Func<VersionName, string> pathOf,
        Func<VersionName, TimeSpan> limitOf, CancellationToken cancellation)
    {
        var instances = addresses.SelectMany(pair => pair.Value.Select(address => (pair.Key, address))).Distinct();
        var counts = new System.Collections.Concurrent.ConcurrentDictionary<(VersionName, Uri), InstanceCount>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation };
        await Parallel.ForEachAsync(instances, options, async (instance, token) =>
            counts[instance] = await ReadAsync(
                instance.Key, instance.address, pathOf(instance.Key), limitOf(instance.Key), token));
        return new CountsAtOnce(counts.ToImmutableDictionary());
    }

    private async Task<InstanceCount> ReadAsync(
        VersionName version, Uri address, string versionPath, TimeSpan limit, CancellationToken cancellation)
    {
        try
        {
            var url = VersionEndpoint.At(address, versionPath);
            var answer = await pipelines.ProbeAsync(
                limit, token => http.GetAsync(url, bearer: null, token), cancellation);
            if (answer.Status != 200) return new InstanceCount(null, $"{url} answered {answer.Status}");
            var said = VersionAnswer.Read(answer.Body);
            if (said?.Version != version.ToString())
                return new InstanceCount(null, $"{address} runs version '{said?.Version}', not '{version}'");
            return said.Requests is { } requests and >= 0
                ? new InstanceCount(requests, null)
                : new InstanceCount(null, $"{url} counts no requests");
        }
        catch (HttpRequestException failed)
        {
            var refused = failed.HttpRequestError == HttpRequestError.ConnectionError;
            return new InstanceCount(null, $"{address} does not answer: {failed.Message}", refused);
        }
        catch (Exception failed) when (failed is TimeoutRejectedException or IOException or InvalidDataException)
        {
            return new InstanceCount(null, $"{address} does not say its version: {failed.Message}");
        }
    }
}
