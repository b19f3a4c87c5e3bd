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
    /// <summary>
    /// Requests to a version since an earlier moment, or why they cannot be known. <paramref name="last"/> is a look in
    /// between: an instance that starts again may well come by what it had at the earlier moment.
    /// </summary>
    public InstanceCount Since(CountsAtOnce earlier, CountsAtOnce? last, VersionName version)
    {
        // What one got until it went, nobody knows, and without it the others' share looks larger than it is.
        var gone = earlier.InstancesOf(version).FirstOrDefault(was => !Instances.ContainsKey(was.Key)).Key.Address;
        if (gone is not null) return new InstanceCount(null, $"{gone} is gone");
        var sum = 0L;
        var nobody = true;
        foreach (var (key, now) in InstancesOf(version))
        {
            var before = earlier.Instances.GetValueOrDefault(key) ?? new InstanceCount(null, $"{key.Address} is new");
            nobody &= now.NobodyThere;
            if (now.Requests is not { } later || before.Requests is not { } sooner)
                return new InstanceCount(null, now.Problem ?? before.Problem, now.NobodyThere);
            // It has started again in between: how many requests it had before that, nobody knows.
            if (later < Math.Max(sooner, last?.Instances.GetValueOrDefault(key)?.Requests ?? 0))
                return new InstanceCount(null, $"{key.Address} has started to count again");
            sum += later - sooner;
        }

        return new InstanceCount(sum, null, nobody);
    }

    /// <summary>
    /// Requests that a version had for certain since an earlier moment. One that has started again in between had all
    /// that it counts since then; of one that cannot say nothing is certain.
    /// </summary>
    public long AtLeastSince(CountsAtOnce earlier, VersionName version)
    {
        var sum = 0L;
        foreach (var (key, now) in InstancesOf(version))
        {
            if ((earlier.Instances.GetValueOrDefault(key)?.Requests, now.Requests) is ({ } sooner, { } later))
                sum += later < sooner ? later : later - sooner;
        }

        return sum;
    }

    /// <summary>Whether each of a version's instances said what it counted.</summary>
    public bool HasAll(VersionName version, ImmutableArray<Uri> addresses) => addresses is { IsDefaultOrEmpty: false }
        && addresses.All(address => Instances.GetValueOrDefault((version, address))?.Requests is not null);

    /// <summary>The same moment, and a later one for those that could not say then what they had counted.</summary>
    public CountsAtOnce OrElse(CountsAtOnce later) =>
        new(later.Instances.SetItems(Instances.Where(pair => pair.Value.Requests is not null)));

    private IEnumerable<KeyValuePair<(VersionName Version, Uri Address), InstanceCount>> InstancesOf(
        VersionName version) => Instances.Where(pair => pair.Key.Version == version);
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
