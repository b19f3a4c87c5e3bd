using System.Text.Json;
using OrleansRelease.EndToEnd.Tests.Harness;

namespace OrleansRelease.EndToEnd.Tests;

public sealed class TheDemo
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

    private static void AssertTakenBackWithinBound(JsonElement result)
    {
        var bad = result.GetProperty("bad");
        Assert.Equal("RolledBack", bad.GetProperty("phase").GetString());
        var bound = bad.GetProperty("boundSeconds").GetDouble();
        Assert.InRange(bad.GetProperty("detectSeconds").GetDouble(), 0, bound);
        Assert.InRange(bad.GetProperty("rollbackSeconds").GetDouble(), 0, bound);
        Assert.InRange(bad.GetProperty("failedRequests").GetInt32(), 0, bad.GetProperty("totalRequests").GetInt32());
    }

    private static Task AssertNothingIsLeftAsync(HostProgram demo) =>
        ProcessesOf.NothingIsLeftAsync(ProcessesOf.FolderOf(demo));
}
