using System.Text.Json;
using OrleansRelease.Core.Effects;

namespace OrleansRelease.Router.Tests;

public sealed class WhenARouterIsStarted
{
    [Theory]
    [InlineData("--data", "--urls", "http://127.0.0.1:0")]
    [InlineData("--fault perhaps", "--data", "d", "--fault", "perhaps")]
    [InlineData("--fault 1", "--data", "d", "--fault", "1")]
    [InlineData("--stream-idle-timeout soon", "--data", "d", "--stream-idle-timeout", "soon")]
    [InlineData("--stream-idle-timeout 0s", "--data", "d", "--stream-idle-timeout", "0s")]
    [InlineData("--stream-idle-timeout 25h", "--data", "d", "--stream-idle-timeout", "25h")]
    [InlineData("--dta", "--dta", "d")]
    [InlineData("data", "data", "d")]
    public void Arguments_that_are_wrong_are_named(string named, params string[] arguments)
    {
        Assert.Null(RouterOptions.Parse(arguments, out var error));
        Assert.Contains(named.Split(' ')[0], error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_drill_is_on_only_when_it_is_asked_for()
    {
        Assert.Equal(RouterFault.None, RouterOptions.Parse(["--data", "d"], out _)!.Fault);
        Assert.Equal(RouterFault.Late, RouterOptions.Parse(["--data", "d", "--fault", "late"], out _)!.Fault);
    }

    [Fact]
    public void How_long_a_stream_may_be_silent_can_be_told()
    {
        var options = RouterOptions.Parse(["--data", "d", "--stream-idle-timeout", "5m"], out _)!;

        Assert.Equal(TimeSpan.FromMinutes(5), options.StreamIdleTimeout);
    }

    [Fact]
    public void Both_listeners_are_on_loopback_unless_told_otherwise()
    {
        var options = RouterOptions.Parse(["--data", "d"], out _)!;

        Assert.All(options.Urls.Concat(options.AdminUrls), url => Assert.True(new Uri(url).IsLoopback));
    }

    [Fact]
    public async Task An_address_that_is_taken_is_a_reason_and_not_a_crash()
    {
        await using var first = await RouterRig.StartAsync();
        using var folder = new TemporaryFolder();

        var exit = await RouterProgram.RunAsync(
            new RouterOptions { DataFolder = folder.Path, Urls = [first.Url.ToString()] }, CancellationToken.None);

        Assert.Equal(RouterProgram.CannotStart, exit);
    }

    [Fact]
    public async Task The_event_log_counts_every_request_that_was_sent_and_answered()
    {
        await using var router = await RouterRig.StartAsync();
        await using var upstream = await Upstream.StartAsync("1.0");
        await router.PutAsync(new Fence(1, 1, 1), ("1.0", 10_000, [upstream.Address]));

        await router.AskAsync(50);
        await router.StopAsync();

        var counts = (await File.ReadAllLinesAsync(router.LogFile))
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line => line.GetProperty("event").GetString() == "requests").ToList();
        Assert.Equal(50, counts.Sum(line => line.GetProperty("started").GetInt32()));
        Assert.Equal(50, counts.Sum(line => line.GetProperty("total").GetInt32()));
        Assert.Equal(0, counts.Sum(line => line.GetProperty("bad").GetInt32()));
    }

    private sealed class TemporaryFolder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("router-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
