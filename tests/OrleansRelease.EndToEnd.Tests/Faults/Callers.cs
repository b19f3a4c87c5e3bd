using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using OrleansRelease.Contracts.Rollouts;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Planning;
using OrleansRelease.EndToEnd.Tests.Checking;
using OrleansRelease.Files;

namespace OrleansRelease.EndToEnd.Tests.Faults;

/// <summary>
/// Those who give commands, through whichever gateway answers. Each command has a key and is repeated under it until
/// there is an answer; all of them are kept with every answer, for the checker.
/// </summary>
internal sealed class Callers(IReadOnlyList<Member> gateways, string tokenFile) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private static readonly TimeSpan AnswersWithin = TimeSpan.FromSeconds(7);

    private readonly ConcurrentQueue<GivenCommand> _given = new();
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = AnswersWithin };
    private int _turn;

    public IReadOnlyList<GivenCommand> Given => [.. _given];

    public Task<GivenCommand> ApplyAsync(string yaml) => GiveAsync(
        CommandSort.Other, "manifests", "api/v1/manifests", 1,
        _ => new StringContent(yaml, Encoding.UTF8, "application/yaml"));

    public Task<GivenCommand> StartAsync(Harness.Declared declared, string version, int copies = 1) => GiveAsync(
        CommandSort.Start, version, "api/v1/rollouts", copies,
        _ => Json(new { declared.Slot.Service, declared.Slot.Environment, Version = version }));

    /// <summary>Pause, resume, abort or retry; the key is its reason too, by which it is found on record.</summary>
    public Task<GivenCommand> AskAsync(string verb, string rollout, int copies = 1) => GiveAsync(
        CommandSort.Ask, rollout, $"api/v1/rollouts/{rollout}/{verb}", copies, key => Json(new { Reason = key }));

    /// <summary>A command that is only tried: it changes nothing, and must be answered all the same.</summary>
    public async Task<GivenCommand> TryAsync(string rollout)
    {
        var key = Guid.NewGuid().ToString();
        var reply = await SendAsync(
            $"api/v1/rollouts/{rollout}/pause?dryRun=true", key, () => Json(new { Reason = key }));
        var tried = new GivenCommand(key, CommandSort.Other, rollout, "try", [reply]);
        _given.Enqueue(tried);
        return tried;
    }

    /// <summary>One look: null while nobody answers.</summary>
    public async Task<RolloutView?> ViewAsync(string rollout)
    {
        var reply = await SendAsync($"api/v1/rollouts/{rollout}", null, null);
        return reply.IsAccepted ? Vocabulary.Read<RolloutView>(reply.Text) : null;
    }

    public async Task<string> ExplainAsync(string rollout) =>
        (await SendAsync($"api/v1/rollouts/{rollout}/explain", null, null)).Text;

    public async Task<TimeSpan> BoundAsync(Harness.Declared declared, string version)
    {
        var reply = await SendAsync("api/v1/plans", Guid.NewGuid().ToString(), () => Json(
            new { declared.Slot.Service, declared.Slot.Environment, Version = version }));
        return Vocabulary.Read<RolloutPlan>(reply.Text).Bound!.Total;
    }

    public void Dispose() => _http.Dispose();

    private async Task<GivenCommand> GiveAsync(
        CommandSort sort, string subject, string path, int copies, Func<string, HttpContent> content)
    {
        var key = Guid.NewGuid().ToString();
        var replies = new List<CommandReply>();
        GivenCommand given;
        try
        {
            await Pace.UntilAsync(
                () => $"{path} of {subject} is answered, but {replies.LastOrDefault()?.Text}", Patience,
                async () =>
                {
                    var sent = await Task.WhenAll(Enumerable.Range(0, copies)
                        .Select(_ => SendAsync(path, key, () => content(key))));
                    replies.AddRange(sent);
                    return sent;
                },
                sent => sent.All(reply => reply.IsAnswer));
        }
        finally
        {
            given = new(key, sort, subject, path.Split('/')[^1], replies);
            _given.Enqueue(given);
        }

        return given;
    }

    // In turn, so that a repetition goes to the other gateway. Who finds nobody at one has asked nothing of it yet, and
    // asks the other.
    private async Task<CommandReply> SendAsync(string path, string? key, Func<HttpContent>? content)
    {
        var turn = (Interlocked.Increment(ref _turn) & int.MaxValue) % gateways.Count;
        foreach (var gateway in gateways.Skip(turn).Concat(gateways.Take(turn)))
        {
            if (gateway.Url is not { } url) continue;
            if (await SendAsync(gateway, $"{url}/{path}", key, content?.Invoke()) is { } reply) return reply;
        }

        return new(0, "no gateway listens");
    }

    /// <summary>Null: nobody listens there.</summary>
    private async Task<CommandReply?> SendAsync(Member gateway, string url, string? key, HttpContent? content)
    {
        var began = Stopwatch.GetTimestamp();
        using var request = new HttpRequestMessage(content is null ? HttpMethod.Get : HttpMethod.Post, url)
        {
            Content = content,
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", AdminTokenFile.Read(tokenFile));
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        try
        {
            using var answer = await _http.SendAsync(request);
            return new((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
        }
        catch (HttpRequestException away) when (IsRefused(away))
        {
            return null;
        }
        catch (Exception away) when (away is HttpRequestException or IOException or OperationCanceledException
            or SocketException or JsonException)
        {
            return new(0, $"{gateway.Name} after {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s: {away.Message}");
        }
    }

    private static bool IsRefused(HttpRequestException away) =>
        away.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused };

    private static StringContent Json(object body) =>
        new(Vocabulary.Write(body), Encoding.UTF8, "application/json");
}
