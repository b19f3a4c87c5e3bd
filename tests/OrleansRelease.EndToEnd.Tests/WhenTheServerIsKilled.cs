using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using OrleansRelease.EndToEnd.Tests.Harness;

namespace OrleansRelease.EndToEnd.Tests;

public sealed class WhenTheServerIsKilled : IDisposable
{
    private const int Senders = 8;

    private const int EnoughAcknowledged = 100;

    private readonly string _folder = Directory.CreateTempSubdirectory("orel-kill-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Nothing_that_was_acknowledged_is_lost()
    {
        var acknowledged = new ConcurrentBag<string>();
        await using (var first = await StartAsync())
        {
            using var http = Client();
            var sending = Enumerable.Range(0, Senders)
                .Select(sender => SendUntilGoneAsync(http, sender, acknowledged)).ToList();
            await Eventually.IsAsync("enough is acknowledged", () => acknowledged.Count >= EnoughAcknowledged);
            first.Kill();
            await Task.WhenAll(sending);
        }

        await using var second = await StartAsync();
        using var again = Client();
        Assert.Empty(acknowledged.Except(await StrategiesAsync(again)));
        await using var check = HostProgram.Start("check", "--data", _folder);
        Assert.Equal(0, await check.EndAsync());
    }

    private static async Task SendUntilGoneAsync(HttpClient http, int sender, ConcurrentBag<string> acknowledged)
    {
        for (var number = 0; ; number++)
        {
            var name = $"s{sender}-{number}";
            var yaml = $"apiVersion: orleansrelease/v1\nkind: Strategy\nmetadata: {{name: {name}}}\n"
                + "spec: {canary: {weights: [5], each: 1m}}\n";
            try
            {
                using var content = new StringContent(yaml, Encoding.UTF8, "application/yaml");
                using var answer = await http.PostAsync(new Uri("api/v1/manifests", UriKind.Relative), content);
                if (answer.IsSuccessStatusCode) acknowledged.Add(name);
            }
            catch (Exception away) when (away is HttpRequestException or SocketException)
            {
                return;
            }
        }
    }

    private static async Task<IReadOnlyList<string>> StrategiesAsync(HttpClient http)
    {
        var names = new List<string>();
        string? after = null;
        do
        {
            var page = JsonDocument.Parse(await http.GetStringAsync(
                new Uri($"api/v1/strategies?limit=500&after={after}", UriKind.Relative))).RootElement;
            names.AddRange(page.GetProperty("items").EnumerateArray()
                .Select(item => item.GetProperty("name").GetString()!));
            after = page.TryGetProperty("next", out var next) ? next.GetString() : null;
        }
        while (after is not null);
        return names;
    }

    private HttpClient Client()
    {
        var http = new HttpClient { BaseAddress = new Uri(File.ReadAllText(Path.Combine(_folder, "server.url"))) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer", File.ReadAllText(Path.Combine(_folder, "admin.token")));
        return http;
    }

    private async Task<HostProgram> StartAsync()
    {
        File.Delete(Path.Combine(_folder, "server.url"));
        var server = HostProgram.Start("run", "--data", _folder, "--urls", "http://127.0.0.1:0");
        await server.PrintsAsync("listening on");
        return server;
    }
}
