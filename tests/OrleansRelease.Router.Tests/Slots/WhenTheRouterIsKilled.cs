using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using OrleansRelease.Files;

namespace OrleansRelease.Router.Tests.Slots;

public sealed class WhenTheRouterIsKilled : IDisposable
{
    private const int Rounds = 3;

    private const int Before = 5;

    private readonly string _folder = Directory.CreateTempSubdirectory("router-").FullName;
    private readonly HttpClient _http = new();
    private Process? _process;

    public void Dispose()
    {
        Kill();
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task At_any_moment_no_acknowledged_fence_is_forgotten_and_no_lower_one_applied()
    {
        var acknowledged = 0;
        for (var round = 1; round <= Rounds; round++)
        {
            var admin = await StartAsync();
            var held = acknowledged == 0 ? 0 : await HeldAsync(admin);
            Assert.True(held >= acknowledged, $"acknowledged {acknowledged}, after the kill {held} is held");
            if (held > 1) Assert.Equal(HttpStatusCode.Conflict, await PutAsync(admin, held - 1));
            acknowledged = await PutUntilItDiesAsync(admin, held, killAfter: TimeSpan.FromMilliseconds(7 * round));
        }

        Assert.True(acknowledged >= Rounds * Before, $"only {acknowledged} changes were acknowledged");
    }

    /// <summary>The kill comes from aside, at a moment that nobody has chosen, while changes go on.</summary>
    private async Task<int> PutUntilItDiesAsync(Uri admin, int last, TimeSpan killAfter)
    {
        using var killer = new Timer(_ => Kill());
        for (var acknowledged = 0; ; acknowledged++)
        {
            if (acknowledged == Before) killer.Change(killAfter, Timeout.InfiniteTimeSpan);
            try
            {
                Assert.Equal(HttpStatusCode.OK, await PutAsync(admin, last + 1));
                last++;
            }
            catch (Exception away) when (away is HttpRequestException or SocketException)
            {
                return last;
            }
        }
    }

    private async Task<Uri> StartAsync()
    {
        Whereabouts.Delete(_folder);
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList = { typeof(RouterProgram).Assembly.Location, "--data", _folder },
            RedirectStandardOutput = true,
        };
        _process = Process.Start(start)!;
        await Eventually.IsAsync("the router says where it listens", () => Whereabouts.Exist(_folder));
        return new Uri(Whereabouts.Read(_folder).AdminUrls[0]);
    }

    private void Kill()
    {
        if (_process is { HasExited: false }) _process.Kill();
        _process?.WaitForExit();
    }

    private async Task<int> HeldAsync(Uri admin)
    {
        using var response = await _http.SendAsync(Request(HttpMethod.Get, admin));
        var slot = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        return slot.GetProperty("fence").GetProperty("ordinal").GetInt32();
    }

    private async Task<HttpStatusCode> PutAsync(Uri admin, int ordinal)
    {
        var request = Request(HttpMethod.Put, admin);
        request.Content = new StringContent(
            $$$"""{"fence":{"epoch":1,"generation":1,"ordinal":{{{ordinal}}}},"weights":{"1":0},"addresses":{}}""",
            Encoding.UTF8);
        using var response = await _http.SendAsync(request);
        return response.StatusCode;
    }

    private HttpRequestMessage Request(HttpMethod method, Uri admin)
    {
        var request = new HttpRequestMessage(method, new Uri(admin, "/slots/checkout.production"));
        var token = File.ReadAllText(Path.Combine(_folder, AdminTokenFile.Name));
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        return request;
    }
}
