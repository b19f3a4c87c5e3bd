using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using OrleansRelease.Adapters.Outgoing;
using OrleansRelease.Adapters.Tests.Targets.Process;
using static OrleansRelease.Adapters.Tests.Targets.TargetSpecs;

namespace OrleansRelease.Adapters.Tests.Samples;

public sealed class WhenASampleIsBad : IAsyncLifetime
{
    private readonly ProcessWorld _world = new();
    private readonly HttpClient _http = new(new HangUps(new SocketsHttpHandler()));

    private sealed record VersionAnswer(string Version, int Requests);

    [Fact]
    public async Task A_good_one_answers_and_counts_what_users_asked()
    {
        var address = await StartAsync();

        Assert.All(await AskAsync(address, 10), status => Assert.Equal(200, status));

        var answer = await _http.GetFromJsonAsync<VersionAnswer>(new Uri(address, "/version"));
        Assert.Equal(new VersionAnswer("1.0.0", 10), answer);
    }

    [Fact]
    public async Task Errors_are_the_share_that_was_asked_for()
    {
        var statuses = await AskAsync(await StartAsync("--fault", "errors", "--rate", "0.25"), 40);

        Assert.Equal(10, statuses.Count(status => status == 500));
    }

    [Fact]
    public async Task A_late_one_is_good_until_its_request_number()
    {
        var statuses = await AskAsync(await StartAsync("--fault", "late", "--after", "20", "--rate", "1"), 30);

        Assert.All(statuses[..19], status => Assert.Equal(200, status));
        Assert.All(statuses[19..], status => Assert.Equal(500, status));
    }

    [Fact]
    public async Task One_that_crashes_leaves_with_code_1_and_comes_back()
    {
        await _world.SuperviseAsync();
        var address = await StartAsync("--fault", "crash", "--after", "3");

        await AskAsync(address, 2);
        await Assert.ThrowsAsync<HttpRequestException>(() => _http.GetAsync(address));

        await Eventually.IsAsync(
            "it runs again",
            async () => await _world.ObserveAsync(ProcessWorld.Spec(), V1) is { Ready: 1, Restarts: 1 });
        Assert.Equal("exited with code 1", _world.Files.Read(Slot).Find(V1)!.Instances[0].LastExit);
    }

    [Fact]
    public async Task Every_request_of_a_user_is_in_its_log()
    {
        var log = Path.Combine(_world.DataFolder, "requests.log");
        var address = await StartAsync("--fault", "errors", "--rate", "0.5", "--log", log);
        await AskAsync(address, 4);
        await _http.GetAsync(new Uri(address, "/healthz"));

        await _world.Target.RetireAsync(ProcessWorld.Spec().Call(V1, 2), CancellationToken.None);

        var lines = (await File.ReadAllLinesAsync(log)).Select(line => line.Split(' ')).ToList();
        Assert.Equal(["start", "200", "500", "200", "500", "stop"], lines.Select(line => line[2]));
        Assert.All(lines, line => Assert.Equal("1.0.0", line[1]));
        Assert.Equal(lines.Order(ByTime), lines);
    }

    [Fact]
    public async Task One_of_limited_capacity_fails_whoever_comes_while_no_place_is_free()
    {
        // Longer than anything here takes: the first one leaves before it is answered.
        var address = await StartAsync("--capacity", "1", "--latency", "300000");
        using var patience = new CancellationTokenSource();
        var served = _http.GetAsync(address, patience.Token);
        await Eventually.IsAsync("the first is there", async () =>
            await _http.GetFromJsonAsync<VersionAnswer>(new Uri(address, "/version")) is { Requests: 1 });

        Assert.All(await AskAsync(address, 3), status => Assert.Equal(503, status));

        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => served);
    }

    [Fact]
    public async Task Whoever_has_an_answer_of_it_has_left_a_place()
    {
        var address = await StartAsync("--capacity", "1");

        Assert.All(await AskAsync(address, 50), status => Assert.Equal(200, status));
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _world.DisposeAsync();
    }

    private static readonly Comparer<string[]> ByTime = Comparer<string[]>.Create((a, b) =>
        long.Parse(a[0], CultureInfo.InvariantCulture).CompareTo(long.Parse(b[0], CultureInfo.InvariantCulture)));

    private async Task<Uri> StartAsync(params string[] more)
    {
        var spec = ProcessWorld.Spec([.. Sample(more)]);
        await _world.DeployedAsync(spec, V1, 1);
        return Assert.Single((await _world.ObserveAsync(spec, V1)).Addresses);
    }

    private async Task<int[]> AskAsync(Uri address, int times)
    {
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < times; i++)
        {
            using var answer = await _http.GetAsync(address);
            statuses.Add(answer.StatusCode);
        }

        return [.. statuses.Select(status => (int)status)];
    }
}
