using System.Text.Json;
using System.Text.RegularExpressions;
using OrleansRelease.EndToEnd.Tests.Harness;

namespace OrleansRelease.EndToEnd.Tests;

public sealed partial class TheDemo
{
    [Theory]
    [InlineData("once")]
    [InlineData("and again")]
    public async Task Shows_all_it_promises_and_leaves_nothing(string run)
    {
        await using var demo = HostProgram.Start("demo", "--json");

        var exit = await demo.EndAsync();

        Assert.True(exit == 0, $"{run}: {exit}\n{demo.Out}\n{demo.Error}");
        var result = JsonDocument.Parse(demo.Out).RootElement;
        Assert.Equal("Succeeded", result.GetProperty("good").GetProperty("phase").GetString());
        AssertTakenBackWithinBound(result);
        Assert.True(result.GetProperty("survivedKill").GetBoolean());
        Assert.True(result.GetProperty("heldWithoutEvidence").GetBoolean());
        Assert.True(result.GetProperty("chainVerified").GetBoolean());
        Assert.Equal(["good", "bad", "survivedKill", "heldWithoutEvidence", "chainVerified"],
            result.EnumerateObject().Select(member => member.Name));
        await AssertNothingIsLeftAsync(demo);
    }

    // "errors" is what the whole demo shows, above.
    [Theory]
    [InlineData("slow")]
    [InlineData("crash")]
    [InlineData("late")]
    [InlineData("silent")]
    public async Task Takes_a_bad_version_back_within_the_announced_bound(string bad)
    {
        await using var demo = HostProgram.Start("demo", "--json", "--only", "bad", "--bad", bad);

        var exit = await demo.EndAsync();

        Assert.True(exit == 0, $"{exit}\n{demo.Out}\n{demo.Error}");
        AssertTakenBackWithinBound(JsonDocument.Parse(demo.Out).RootElement);
        await AssertNothingIsLeftAsync(demo);
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 130)]
    [InlineData("KILL", 137)]
    public async Task Leaves_nothing_when_it_is_stopped_in_the_middle(string signal, int exit)
    {
        await using var demo = HostProgram.Start("demo", "--only", "bad");
        await demo.PrintsAsync("is being started");

        demo.Signal(signal);

        Assert.Equal(exit, await demo.EndAsync());
        await AssertNothingIsLeftAsync(demo);
    }

    [Fact]
    public async Task Kept_it_goes_on_and_one_command_stops_it()
    {
        await using var demo = HostProgram.Start("demo", "--keep", "--only", "bad");
        Assert.Equal(0, await demo.EndAsync());
        var folder = FolderOf(demo);
        Assert.NotEmpty(ProcessesOf.Folder(folder));

        await using var check = HostProgram.Start("check", "--data", Path.Combine(folder, "server"));
        Assert.Equal(0, await check.EndAsync());
        await using var stop = HostProgram.Start("demo", "--stop", folder);

        Assert.Equal(0, await stop.EndAsync());
        await AssertNothingIsLeftAsync(demo);
    }

    private static void AssertTakenBackWithinBound(JsonElement result)
    {
        var bad = result.GetProperty("bad");
        Assert.Equal("RolledBack", bad.GetProperty("phase").GetString());
        var bound = bad.GetProperty("boundSeconds").GetDouble();
        Assert.InRange(bad.GetProperty("detectSeconds").GetDouble(), 0, bound);
        Assert.InRange(bad.GetProperty("rollbackSeconds").GetDouble(), 0, bound);
        Assert.InRange(bad.GetProperty("failedRequests").GetInt32(), 0, bad.GetProperty("totalRequests").GetInt32());
    }

    private static async Task AssertNothingIsLeftAsync(HostProgram demo)
    {
        var folder = FolderOf(demo);
        await Eventually.IsAsync($"{folder} is gone", () => !Directory.Exists(folder));
        await Eventually.IsAsync(
            $"no process is left of {folder}: {string.Join('\n', ProcessesOf.Folder(folder))}",
            () => ProcessesOf.Folder(folder).Count == 0);
    }

    private static string FolderOf(HostProgram demo) => Folder().Match(demo.Out + demo.Error).Value;

    [GeneratedRegex("/[^ ]*orel-demo-[A-Za-z0-9]+")]
    private static partial Regex Folder();
}
