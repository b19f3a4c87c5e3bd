using System.Text.Json;
using OrleansRelease.EndToEnd.Tests.Harness;
using OrleansRelease.Host.Demo;

namespace OrleansRelease.EndToEnd.Tests;

public sealed class WhenTheDemoIsCutShort
{
    [Theory]
    [InlineData("INT", 130, "is being started")]
    [InlineData("INT", 130, "of the requests go to 3.0.0")]
    [InlineData("TERM", 130, "users come")]
    [InlineData("KILL", 137, "users come")]
    public async Task Nothing_is_left_when_it_is_stopped_in_the_middle(string signal, int exit, string moment)
    {
        await using var demo = HostProgram.Start("demo", "--only", "bad");
        await demo.PrintsAsync(moment);

        demo.Signal(signal);

        Assert.Equal(exit, await demo.EndAsync());
        await AssertNothingIsLeftAsync(demo);
    }

    [Fact]
    public async Task Nothing_is_left_when_a_terminal_interrupts_all_of_it()
    {
        await using var demo = HostProgram.StartAsGroup("demo", "--only", "bad");
        await demo.PrintsAsync("users come");

        demo.Signal("INT");

        Assert.Equal(130, await demo.EndAsync());
        await AssertNothingIsLeftAsync(demo);
    }

    [Fact]
    public async Task It_says_what_it_could_not_show_and_ends_with_1_when_its_server_dies()
    {
        await using var demo = HostProgram.Start("demo", "--json");
        await demo.PrintsAsync("are being started");
        await KillServerAsync(new DemoFolder(ProcessesOf.FolderOf(demo)));

        Assert.Equal(1, await demo.EndAsync());

        var result = JsonDocument.Parse(demo.Out).RootElement;
        Assert.False(result.GetProperty("chainVerified").GetBoolean());
        Assert.False(result.TryGetProperty("bad", out _), demo.Out);
        var failed = result.GetProperty("failed").GetString()!;
        Assert.Contains("server", failed, StringComparison.Ordinal);
        Assert.Contains(failed, demo.Error, StringComparison.Ordinal);
        await AssertNothingIsLeftAsync(demo);
    }

    private static async Task KillServerAsync(DemoFolder folder)
    {
        var server = await Eventually.IsAsync(
            $"the server of {folder.Root} runs",
            () => Task.FromResult(ChildRecord.ReadAll(folder).SingleOrDefault(child => child.Name == Scene.Server)),
            record => record is not null);
        using var process = server!.Find();
        process?.Kill();
    }

    private static Task AssertNothingIsLeftAsync(HostProgram demo) =>
        ProcessesOf.NothingIsLeftAsync(ProcessesOf.FolderOf(demo));
}
