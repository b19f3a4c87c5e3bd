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
    [InlineData("--allow-remote", "--data", "d", "--urls", "http://0.0.0.0:8080")]
    [InlineData("--allow-remote", "--data", "d", "--admin-urls", "http://example.com:5080")]
    [InlineData("127.0.0.1:80", "--data", "d", "--urls", "127.0.0.1:80")]
    [InlineData("no address", "--data", "d", "--urls", ";")]
    [InlineData("http://0.0.0.0:80", "--data", "d", "--urls", "http://127.0.0.1:80", "--urls", "http://0.0.0.0:80")]
    [InlineData("no folder", "--data", "")]
    public void Arguments_that_are_wrong_are_named(string named, params string[] arguments)
    {
        var parsed = RouterCommand.Build().Parse(arguments);

        Assert.Contains(named, string.Join('\n', parsed.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_line_that_is_not_understood_ends_with_2() =>
        Assert.Equal(2, await CommandLineRun.RunAsync(RouterCommand.Build().Parse(["--data", "d", "--nope"])));

    [Fact]
    public void Other_machines_may_reach_it_where_that_is_said()
    {
        var options = Read("--data", "d", "--urls", "http://0.0.0.0:80;http://[::]:80", "--allow-remote");

        Assert.Equal(["http://0.0.0.0:80", "http://[::]:80"], options.Urls);
    }

    [Fact]
    public void A_drill_is_on_only_when_it_is_asked_for()
    {
        Assert.Equal(RouterFault.None, Read("--data", "d").Fault);
        Assert.Equal(RouterFault.Late, Read("--data", "d", "--fault", "late").Fault);
    }

    [Fact]
    public void How_long_a_stream_may_be_silent_can_be_told()
    {
        var options = Read("--data", "d", "--stream-idle-timeout", "5m");

        Assert.Equal(TimeSpan.FromMinutes(5), options.StreamIdleTimeout);
    }

    [Fact]
    public void A_first_look_takes_as_long_as_the_documents_say() =>
        Assert.Equal(TimeSpan.FromMilliseconds(1_500), Read("--data", "d").FirstLookTimeout);

    [Fact]
    public void Both_listeners_are_on_loopback_unless_told_otherwise()
    {
        var options = Read("--data", "d");

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

    private static RouterOptions Read(params string[] arguments)
    {
        var parsed = RouterCommand.Build().Parse(arguments);
        Assert.Empty(parsed.Errors);
        return RouterCommand.Read(parsed);
    }

    private sealed class TemporaryFolder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("router-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
