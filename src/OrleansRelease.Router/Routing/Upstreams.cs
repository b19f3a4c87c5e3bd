using System.Net.Sockets;
using OrleansRelease.Core.Specs;
using OrleansRelease.Router.Slots;

namespace OrleansRelease.Router.Routing;

/// <summary>
/// The connections to instances. Before the first user is sent to an address it is asked for its version over the same
/// connections: what cannot be reached from here, or is something else, gets no user, and for those who come one
/// connection is open. Without it all of them at once would wait for connections to a service in its slowest moment.
/// </summary>
internal sealed class Upstreams(TimeSpan firstLookTimeout) : IDisposable
{
    public const int AtOnce = 16;

    private const int MaxAnswerBytes = 64 * 1024;

    /// <summary>
    /// Longer than most requests may take: one that waits for its own connection takes the first that comes free,
    /// unless the attempt at its own one ends it before.
    /// </summary>
    private static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(15);

    public HttpMessageInvoker Invoker { get; } = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        EnableMultipleHttp2Connections = true,
        ConnectTimeout = ConnectWithin,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    });

    /// <summary>
    /// Why users cannot be sent to an address that the slot did not know before, or null. What it knew, with or without
    /// weight, is not asked: nothing may hold up the way back to it.
    /// </summary>
    public async Task<Problem?> FirstLookAsync(
        Slot? slot, SlotConfiguration wanted, FirstLook look, CancellationToken cancellation)
    {
        var unknown = wanted.Weights.Where(pair => pair.Value > 0)
            .SelectMany(pair => wanted.Addresses[pair.Key].Select(address => (Version: pair.Key, Address: address)))
            .Where(one => slot?.Known.GetValueOrDefault(one.Version) is not { IsDefault: false } known
                || !known.Contains(one.Address))
            .Distinct().ToList();
        var problems = new string?[unknown.Count];
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(firstLookTimeout);
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation };
        await Parallel.ForAsync(0, unknown.Count, options, async (index, _) =>
            problems[index] = await ProblemOfAsync(
                unknown[index].Version, unknown[index].Address, look.PathOf(unknown[index].Version),
                limit.Token));
        // Of a version that has a known address as well, one is there as far as anybody can say.
        var missing = look.Needs == FirstLookNeeds.EveryAddress
            ? problems
            : unknown.Zip(problems, (one, problem) => (one.Version, Problem: problem)).GroupBy(one => one.Version)
                .Where(all => all.Count() == wanted.Addresses[all.Key].Distinct().Count())
                .Select(all => all.All(one => one.Problem is not null) ? all.First().Problem : null);
        return missing.FirstOrDefault(problem => problem is not null) is { } first
            ? new Problem(424, "version-not-reached", first)
            : null;
    }

    public void Dispose() => Invoker.Dispose();

    private async Task<string?> ProblemOfAsync(
        string version, Uri address, string path, CancellationToken cancellation)
    {
        var url = VersionEndpoint.At(address, path);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            using var answer = await Invoker.SendAsync(request, cancellation);
            await answer.Content.LoadIntoBufferAsync(MaxAnswerBytes, cancellation);
            if (!answer.IsSuccessStatusCode) return $"{url} answered {(int)answer.StatusCode}";
            var text = await answer.Content.ReadAsByteArrayAsync(cancellation);
            var said = VersionAnswer.Read(text)?.Version;
            return said == version ? null : $"{address} runs version '{said}', not '{version}'";
        }
        catch (OperationCanceledException)
        {
            return $"{url} did not answer this router within {firstLookTimeout.TotalSeconds:0.#} s";
        }
        catch (Exception failed) when (failed is HttpRequestException or IOException or SocketException)
        {
            return $"{url} does not answer this router: {failed.Message}";
        }
    }
}
