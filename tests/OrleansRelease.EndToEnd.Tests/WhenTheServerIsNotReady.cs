using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansRelease.EndToEnd.Tests.Harness;
using OrleansRelease.Host.Running;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.EndToEnd.Tests;

public sealed class WhenTheServerIsNotReady : IDisposable
{
    private const HttpStatusCode NotReady = HttpStatusCode.ServiceUnavailable;

    private readonly HttpClient _http = new();

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task It_says_so_while_its_store_is_gone_lives_on_and_is_ready_when_the_store_is_back()
    {
        var folder = Directory.CreateTempSubdirectory("orel-ready-").FullName;
        await using var postgres = await PrivatePostgres.StartAsync(durable: true);
        var connection = await postgres.CreateDatabaseAsync();
        await using var migrate = HostProgram.Start("migrate", "--postgres", connection);
        Assert.Equal(0, await migrate.EndAsync());
        await using var server = HostProgram.Start(
            "run", "--data", folder, "--urls", "http://127.0.0.1:0", "--postgres", connection);
        await server.PrintsAsync("listening on");
        var url = new Uri(await File.ReadAllTextAsync(Path.Combine(folder, "server.url")));
        await ReadyIsAsync(url, HttpStatusCode.OK, "ready");

        await postgres.StopAsync();
        await ReadyIsAsync(url, NotReady, "the store does not answer");
        Assert.Equal((HttpStatusCode.OK, "live"), await AskAsync(new Uri(url, "/health/live")));

        await postgres.StartAgainAsync();
        await ReadyIsAsync(url, HttpStatusCode.OK, "ready");
        Assert.False(server.HasEnded);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task It_says_what_it_waits_for_before_it_has_started_and_when_it_stops()
    {
        using var life = new Life();
        await using var app = await ServeAsync(life, new OneAnswer(Task.FromResult(0L)));
        var url = new Uri(app.Urls.Single());

        Assert.Equal((NotReady, "starting"), await AskAsync(new Uri(url, "/health/ready")));
        Assert.Equal((HttpStatusCode.OK, "live"), await AskAsync(new Uri(url, "/health/live")));
        await life.Started.CancelAsync();
        Assert.Equal((HttpStatusCode.OK, "ready"), await AskAsync(new Uri(url, "/health/ready")));
        await life.Stopping.CancelAsync();
        Assert.Equal((NotReady, "stopping"), await AskAsync(new Uri(url, "/health/ready")));
    }

    [Fact]
    public async Task A_store_that_hangs_is_not_waited_for()
    {
        using var life = new Life();
        await life.Started.CancelAsync();
        await using var app = await ServeAsync(life, new OneAnswer(new TaskCompletionSource<long>().Task));

        var url = new Uri(app.Urls.Single());

        Assert.Equal((NotReady, "the store does not answer"), await AskAsync(new Uri(url, "/health/ready")));
    }

    private static async Task<WebApplication> ServeAsync(Life life, ILog log)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var options = new RunOptions { DataFolder = "", Urls = [] };
        builder.Services.AddSingleton(
            new Readiness(life, new Drain(options, life, TimeProvider.System), log, null!, options));
        var app = builder.Build();
        Readiness.Map(app);
        await app.StartAsync();
        return app;
    }

    private Task ReadyIsAsync(Uri server, HttpStatusCode status, string text) => Eventually.IsAsync(
        $"/health/ready is {(int)status} {text}", () => AskAsync(new Uri(server, "/health/ready")),
        seen => seen == (status, text));

    private async Task<(HttpStatusCode Status, string Text)> AskAsync(Uri url)
    {
        using var answer = await _http.GetAsync(url);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private sealed class Life : IHostApplicationLifetime, IDisposable
    {
        public CancellationTokenSource Started { get; } = new();

        public CancellationTokenSource Stopping { get; } = new();

        public CancellationToken ApplicationStarted => Started.Token;

        public CancellationToken ApplicationStopping => Stopping.Token;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication() => Stopping.Cancel();

        public void Dispose()
        {
            Started.Dispose();
            Stopping.Dispose();
        }
    }

    private sealed class OneAnswer(Task<long> head) : ILog
    {
        public Task<IReadOnlyList<LogEntry>> ReadAsync(
            string kind, string key, long afterSequence, int limit, CancellationToken cancellation) =>
            Task.FromResult<IReadOnlyList<LogEntry>>([]);

        public Task<IReadOnlyList<LogEntry>> TailAsync(
            long afterPosition, int limit, CancellationToken cancellation) =>
            Task.FromResult<IReadOnlyList<LogEntry>>([]);

        public Task<long> HeadAsync(CancellationToken cancellation) => head;
    }
}
