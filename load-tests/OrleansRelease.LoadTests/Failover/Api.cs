using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using OrleansRelease.Core.Json;
using OrleansRelease.Files;

namespace OrleansRelease.LoadTests.Failover;

/// <summary>The API of one gateway, as a pipeline uses it: each command under a key, until it is answered.</summary>
internal sealed class Api(Member gateway, string tokenFile) : IDisposable
{
    private const int AtOnce = 32;

    private const int Attempts = 20;

    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(500);

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(10) };

    private int _repeated;

    /// <summary>Commands that had to be said again, because nobody answered or the answer was "not now".</summary>
    public int Repeated => _repeated;

    public async Task ApplyAsync(IEnumerable<string> manifests, CancellationToken cancellation)
    {
        // Templates and environments first: what a service names has to be there.
        foreach (var group in manifests.GroupBy(text => text.Contains("kind: Service", StringComparison.Ordinal)))
        {
            await ForAllAsync(
                group, text => SendAsync("api/v1/manifests", text, "application/yaml", cancellation), cancellation);
        }
    }

    public Task StartAsync(IEnumerable<(string Service, string Environment)> slots, string version,
        CancellationToken cancellation) => ForAllAsync(
        slots, slot => SendAsync(
            "api/v1/rollouts", Vocabulary.Write(new { slot.Service, slot.Environment, Version = version }),
            "application/json", cancellation), cancellation);

    /// <summary>Starts releases, each with its priority, as many at once as the API is used at once.</summary>
    public Task StartReleasesAsync(
        IEnumerable<(string Name, int Priority)> releases, CancellationToken cancellation) => ForAllAsync(
        releases, release => SendAsync(
            $"api/v1/releases/{release.Name}/start", Vocabulary.Write(new { release.Priority }), "application/json",
            cancellation), cancellation);

    public void Dispose() => _http.Dispose();

    private static Task ForAllAsync<T>(IEnumerable<T> all, Func<T, Task> act, CancellationToken cancellation) =>
        Parallel.ForEachAsync(
            all, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
            async (one, _) => await act(one));

    private async Task SendAsync(string path, string body, string type, CancellationToken cancellation)
    {
        var key = Guid.NewGuid().ToString();
        for (var attempt = 1; ; attempt++)
        {
            var said = await TryAsync(path, body, type, key, cancellation);
            if (said is null) return;
            if (attempt == Attempts) throw new InvalidOperationException($"{path} was not taken: {said}");
            Interlocked.Increment(ref _repeated);
            await Task.Delay(Again, cancellation);
        }
    }

    private async Task<string?> TryAsync(
        string path, string body, string type, string key, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{gateway.Url}/{path}")
        {
            Content = new StringContent(body, Encoding.UTF8, type),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", AdminTokenFile.Read(tokenFile));
        request.Headers.Add("Idempotency-Key", key);
        try
        {
            using var answer = await _http.SendAsync(request, cancellation);
            if (answer.IsSuccessStatusCode) return null;
            var said = $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(cancellation)}";
            // A "no" will be said again; anything of the server's own may pass.
            return (int)answer.StatusCode >= 500 ? said : throw new InvalidOperationException($"{path}: {said}");
        }
        catch (Exception away) when (away is HttpRequestException or SocketException
            || (away is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return away.Message;
        }
    }
}
