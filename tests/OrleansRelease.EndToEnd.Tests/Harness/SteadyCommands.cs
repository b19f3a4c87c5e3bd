using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;

namespace OrleansRelease.EndToEnd.Tests.Harness;

/// <summary>
/// Commands all the time, sent as whoever spreads requests over several servers does it: in turn to those that were
/// ready when they were last looked at. None is sent twice.
/// </summary>
internal sealed class SteadyCommands : IDisposable
{
    /// <summary>Enough that each server decides on some.</summary>
    private const int Subjects = 9;

    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(500);

    private readonly HttpClient _http = new();
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentQueue<string> _problems = new();
    private readonly int[] _answered = new int[Subjects];
    private readonly IReadOnlyList<string> _servers;
    private readonly Task _all;
    private volatile IReadOnlyList<string> _ready;

    private SteadyCommands(IReadOnlyList<string> servers, string token)
    {
        (_servers, _ready) = (servers, servers);
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        _all = Task.WhenAll([LookAsync(), .. Enumerable.Range(0, Subjects).Select(SendAllAsync)]);
    }

    /// <summary>How many were answered.</summary>
    public int Answered => Enumerable.Range(0, Subjects).Sum(subject => Volatile.Read(ref _answered[subject]));

    public static SteadyCommands Begin(IReadOnlyList<string> servers, string token) => new(servers, token);

    public void Dispose()
    {
        _http.Dispose();
        _end.Dispose();
    }

    /// <summary>What was not answered as it should be, and what was answered and is not there.</summary>
    public async Task<IReadOnlyList<string>> EndAsync()
    {
        await _end.CancelAsync();
        await _all;
        // What is there is applied once more.
        for (var subject = 0; subject < Subjects; subject++)
        {
            if (await ProblemAsync(_ready[0], subject, _answered[subject], "Unchanged") is { } lost)
                _problems.Enqueue(lost);
        }

        return [.. _problems];
    }

    private async Task LookAsync()
    {
        // By connections of their own, as probes are.
        using var probe = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero });
        using var timer = new PeriodicTimer(BetweenLooks);
        do
        {
            var looks = await Task.WhenAll(_servers.Select(server => IsReadyAsync(probe, server)));
            _ready = [.. _servers.Where((_, i) => looks[i])];
        }
        while (await NextAsync(timer));
    }

    private static async Task<bool> IsReadyAsync(HttpClient probe, string server)
    {
        try
        {
            using var answer = await probe.GetAsync(new Uri($"{server}/health/ready"));
            return answer.IsSuccessStatusCode;
        }
        catch (Exception away) when (away is HttpRequestException or SocketException)
        {
            return false;
        }
    }

    private async Task SendAllAsync(int subject)
    {
        using var timer = new PeriodicTimer(Between);
        for (var n = 1; await NextAsync(timer); n++)
        {
            var ready = _ready;
            var problem = ready.Count == 0
                ? "nobody is ready"
                : await ProblemAsync(ready[(subject + n) % ready.Count], subject, n, n == 1 ? "Created" : "Changed");
            if (problem is not null) _problems.Enqueue(problem);
            else Volatile.Write(ref _answered[subject], n);
        }
    }

    private async Task<string?> ProblemAsync(string server, int subject, int n, string outcome)
    {
        using var content = new StringContent(
            $"apiVersion: orleansrelease/v1\nkind: Strategy\nmetadata: {{name: {NameOf(subject)}}}\n"
            + string.Create(CultureInfo.InvariantCulture, $"spec: {{canary: {{weights: [10], each: {n}m}}}}\n"),
            Encoding.UTF8, "application/yaml");
        try
        {
            using var answer = await _http.PostAsync(new Uri($"{server}/api/v1/manifests"), content);
            var text = await answer.Content.ReadAsStringAsync();
            return answer.IsSuccessStatusCode && text.Contains($"\"{outcome}\"", StringComparison.Ordinal)
                ? null
                : $"{NameOf(subject)}, {n}: {(int)answer.StatusCode} of {server}: {text}";
        }
        catch (Exception lost) when (lost is HttpRequestException or SocketException or OperationCanceledException)
        {
            return $"{NameOf(subject)}, {n}: no answer of {server}: {lost}";
        }
    }

    private async Task<bool> NextAsync(PeriodicTimer timer)
    {
        try
        {
            return await timer.WaitForNextTickAsync(_end.Token);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static string NameOf(int subject) => string.Create(CultureInfo.InvariantCulture, $"steady-{subject}");
}
