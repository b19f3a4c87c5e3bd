using System.Net;
using OrleansRelease.EndToEnd.Tests.Harness;
using OrleansRelease.Files;
using OrleansRelease.Host.Running;

namespace OrleansRelease.EndToEnd.Tests;

public sealed class WhenAServerIsAskedToStop : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("orel-drain-").FullName;

    private readonly HttpClient _http = new();

    public void Dispose()
    {
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task It_is_not_ready_any_more_and_answers_on_until_it_is_asked_again()
    {
        // So long that only the second signal can be what ends it.
        await using var server = HostProgram.Start(
            "run", "--data", _folder, "--urls", "http://127.0.0.1:0", "--drain", "10m");
        await server.PrintsAsync(", token in ");
        _http.BaseAddress = new Uri(ServedFolder.UrlOf(_folder)!);
        _http.DefaultRequestHeaders.Authorization =
            new("Bearer", AdminTokenFile.Read(AdminTokenFile.In(_folder)));

        server.Signal("TERM");

        await Eventually.IsAsync("it says that it is not ready", async () => await ReadyAsync() == Stopping);
        Assert.Equal(Stopping, await ReadyAsync());
        using (var answer = await _http.GetAsync(new Uri("api/v1/rollouts", UriKind.Relative)))
        {
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            // By the next connection a caller may find another server.
            Assert.True(answer.Headers.ConnectionClose);
        }

        Assert.False(server.HasEnded);
        server.Signal("INT");
        Assert.Equal(0, await server.EndAsync());
    }

    [Theory]
    [InlineData(null, nameof(Role.All), 0)]
    [InlineData("Host=db", nameof(Role.All), 5)]
    [InlineData("Host=db", nameof(Role.Gateway), 5)]
    [InlineData("Host=db", nameof(Role.Silo), 0)]
    public void It_waits_by_itself_where_another_server_could_be_asked(string? postgres, string role, int seconds) =>
        Assert.Equal(
            TimeSpan.FromSeconds(seconds),
            new RunOptions { DataFolder = "", Urls = [], Postgres = postgres, Role = Enum.Parse<Role>(role) }.DrainFor);

    [Theory]
    [InlineData("soon")]
    [InlineData("11m")]
    public async Task It_refuses_to_wait_for_what_is_no_time(string drain)
    {
        await using var server = HostProgram.Start("run", "--data", _folder, "--drain", drain);

        Assert.Equal(2, await server.EndAsync());
        Assert.Contains("at most 10m", server.Error, StringComparison.Ordinal);
    }

    private static (HttpStatusCode, string) Stopping => (HttpStatusCode.ServiceUnavailable, "stopping");

    private async Task<(HttpStatusCode Status, string Text)> ReadyAsync()
    {
        using var answer = await _http.GetAsync(new Uri("health/ready", UriKind.Relative));
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
