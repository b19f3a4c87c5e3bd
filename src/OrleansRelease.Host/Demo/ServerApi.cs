using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using OrleansRelease.Contracts.Releases;
using OrleansRelease.Contracts.Rollouts;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Planning;
using OrleansRelease.Core.Promotion;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Simulating;
using OrleansRelease.Core.Slots;
using OrleansRelease.Files;
using OrleansRelease.Gateway.Releases;

namespace OrleansRelease.Host.Demo;

/// <summary>
/// The server's API as any user has it: address and token from the data folder. Every command carries a key, so that it
/// can be repeated while the server is away and is still carried out once.
/// </summary>
internal sealed class ServerApi(DemoFolder folder, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan AnswersWithin = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(200);

    private readonly HttpClient _http = new() { Timeout = AnswersWithin };

    public async Task ApplyAsync(string file, CancellationToken cancellation)
    {
        var yaml = await File.ReadAllTextAsync(Path.Combine(folder.Manifests, file), cancellation);
        await SendAsync(
            HttpMethod.Post, "api/v1/manifests", () => new StringContent(yaml, Encoding.UTF8, "application/yaml"),
            cancellation);
    }

    public Task<RolloutPlan> PlanAsync(SlotKey slot, string version, CancellationToken cancellation) =>
        AskAsync<RolloutPlan>(HttpMethod.Post, "api/v1/plans", Wanted(slot, version), cancellation);

    public Task<StartAnswer> StartAsync(SlotKey slot, string version, CancellationToken cancellation) =>
        AskAsync<StartAnswer>(HttpMethod.Post, "api/v1/rollouts", Wanted(slot, version), cancellation);

    public Task<RolloutView> GetAsync(string rollout, CancellationToken cancellation) =>
        AskAsync<RolloutView>(HttpMethod.Get, $"api/v1/rollouts/{rollout}", null, cancellation);

    public Task<Explanation> ExplainAsync(string rollout, CancellationToken cancellation) =>
        AskAsync<Explanation>(HttpMethod.Get, $"api/v1/rollouts/{rollout}/explain", null, cancellation);

    public Task AbortAsync(string rollout, string reason, CancellationToken cancellation) => SendAsync(
        HttpMethod.Post, $"api/v1/rollouts/{rollout}/abort", () => Json(new { Reason = reason }), cancellation);

    /// <summary>Asks for something; null when that was accepted, else the reason of the refusal.</summary>
    public async Task<string?> TryAsync(string verb, string rollout, CancellationToken cancellation)
    {
        using var answer = await _http.SendAsync(
            Request(HttpMethod.Post, $"api/v1/rollouts/{rollout}/{verb}", Json(new { }), Guid.NewGuid().ToString()),
            cancellation);
        if (answer.IsSuccessStatusCode) return null;
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(cancellation));
        return $"refused: {problem.RootElement.GetProperty("detail").GetString()}";
    }

    /// <summary>When the way back was decided, from the record of all decisions; null when it never was.</summary>
    public async Task<DateTimeOffset?> WentBackAtAsync(string rollout, CancellationToken cancellation) =>
        (await EventsAsync(rollout, cancellation)).Where(one => one.Happened is RolloutEvent.WentBack)
            .Select(one => (DateTimeOffset?)one.At).FirstOrDefault();

    /// <summary>All that is on record of a rollout, in order.</summary>
    public Task<IReadOnlyList<(DateTimeOffset At, RolloutEvent Happened)>> EventsAsync(
        string rollout, CancellationToken cancellation) =>
        EventsAsync<RolloutEvent>($"rollouts/{rollout}", cancellation);

    /// <summary>The same of a release in one environment.</summary>
    public Task<IReadOnlyList<(DateTimeOffset At, PassageEvent Happened)>> EventsAsync(
        ReleaseName release, EnvironmentName environment, CancellationToken cancellation) =>
        EventsAsync<PassageEvent>($"releases/{release}/environments/{environment}", cancellation);

    /// <summary>One look, without patience: null while the server does not answer.</summary>
    public Task<RolloutView?> TryGetAsync(string rollout, CancellationToken cancellation) =>
        TryAskAsync<RolloutView>($"api/v1/rollouts/{rollout}", cancellation);

    public Task<ReleasePlan> PlanReleaseAsync(
        ReleaseName release, EnvironmentName environment, CancellationToken cancellation) =>
        AskAsync<ReleasePlan>(
            HttpMethod.Post, "api/v1/plans/releases", new { Release = release, Environment = environment },
            cancellation);

    public Task<ReleaseSimulation> SimulateAsync(
        ReleaseName release, EnvironmentName environment, string? failAt, bool failEach,
        CancellationToken cancellation) =>
        AskAsync<ReleaseSimulation>(
            HttpMethod.Post, "api/v1/simulations",
            new { Release = release, Environment = environment, FailAt = failAt, FailEach = failEach }, cancellation);

    public Task<ReleaseStarted> StartReleaseAsync(ReleaseName release, CancellationToken cancellation) =>
        AskAsync<ReleaseStarted>(HttpMethod.Post, $"api/v1/releases/{release}/start", new { }, cancellation);

    public Task<PassageExplanation> ExplainPassageAsync(
        ReleaseName release, EnvironmentName environment, CancellationToken cancellation) =>
        AskAsync<PassageExplanation>(
            HttpMethod.Get, $"api/v1/releases/{release}/environments/{environment}/explain", null, cancellation);

    /// <summary>As <see cref="TryGetAsync"/>; null also where it has not begun.</summary>
    public Task<PassageView?> TryGetPassageAsync(
        ReleaseName release, EnvironmentName environment, CancellationToken cancellation) =>
        TryAskAsync<PassageView>($"api/v1/releases/{release}/environments/{environment}", cancellation);

    public Task<ReleaseDocument?> TryGetReleaseAsync(ReleaseName release, CancellationToken cancellation) =>
        TryAskAsync<ReleaseDocument>($"api/v1/releases/{release}/state", cancellation);

    public void Dispose() => _http.Dispose();

    private async Task<IReadOnlyList<(DateTimeOffset At, T Happened)>> EventsAsync<T>(
        string of, CancellationToken cancellation)
    {
        using var log = JsonDocument.Parse(await SendAsync(
            HttpMethod.Get, $"api/v1/{of}/log?limit=500", null, cancellation));
        return
        [
            .. from entry in log.RootElement.GetProperty("items").EnumerateArray()
               from happened in entry.GetProperty("transition").GetProperty("events").EnumerateArray()
               select (entry.GetProperty("at").GetDateTimeOffset(), Vocabulary.Read<T>(happened.GetRawText())),
        ];
    }

    private async Task<T?> TryAskAsync<T>(string path, CancellationToken cancellation)
        where T : class
    {
        try
        {
            using var answer = await _http.SendAsync(Request(HttpMethod.Get, path, null, null), cancellation);
            return answer.IsSuccessStatusCode
                ? Vocabulary.Read<T>(await answer.Content.ReadAsStringAsync(cancellation))
                : null;
        }
        catch (Exception away) when (IsAway(away, cancellation))
        {
            return null;
        }
    }

    private static object Wanted(SlotKey slot, string version) =>
        new { slot.Service, slot.Environment, Version = version };

    private async Task<T> AskAsync<T>(HttpMethod method, string path, object? body, CancellationToken cancellation) =>
        Vocabulary.Read<T>(await SendAsync(method, path, body is null ? null : () => Json(body), cancellation));

    private async Task<string> SendAsync(
        HttpMethod method, string path, Func<HttpContent>? content, CancellationToken cancellation)
    {
        var key = Guid.NewGuid().ToString();
        var began = time.GetTimestamp();
        while (true)
        {
            var last = "it does not answer";
            try
            {
                using var answer = await _http.SendAsync(Request(method, path, content?.Invoke(), key), cancellation);
                var text = await answer.Content.ReadAsStringAsync(cancellation);
                if (answer.IsSuccessStatusCode) return text;
                last = $"{(int)answer.StatusCode} {text}";
                // What may pass by itself is asked again; a "no" is an answer.
                if ((int)answer.StatusCode < 500) throw new DemoFailed($"{method} {path}: {last}");
            }
            catch (Exception away) when (IsAway(away, cancellation))
            {
                last = away.Message;
            }

            if (time.GetElapsedTime(began) > Patience) throw new DemoFailed($"{method} {path}: {last}");
            await Task.Delay(Again, time, cancellation);
        }
    }

    // Read anew each time: a server that was started again listens somewhere else.
    private HttpRequestMessage Request(HttpMethod method, string path, HttpContent? content, string? key)
    {
        var url = ServedFolder.UrlOf(folder.Server) ?? throw new IOException("the server does not run");
        var request = new HttpRequestMessage(method, $"{url}/{path}") { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Bearer", AdminTokenFile.Read(Path.Combine(folder.Server, AdminTokenFile.Name)));
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        return request;
    }

    private static bool IsAway(Exception failed, CancellationToken cancellation) =>
        failed is HttpRequestException or IOException or SocketException or JsonException
        || (failed is OperationCanceledException && !cancellation.IsCancellationRequested);

    private static StringContent Json(object body) =>
        new(Vocabulary.Write(body), Encoding.UTF8, "application/json");
}

/// <summary>The demo cannot go on; the message says why.</summary>
internal sealed class DemoFailed(string message) : Exception(message);
