using System.Text.Json;
using System.Text.RegularExpressions;
using OrleansRelease.EndToEnd.Tests.Harness;

namespace OrleansRelease.EndToEnd.Tests;

[Collection(nameof(Alone))]
public sealed partial class TheDemo
{
    // Once; that it can be done twice in a row is for eng/fresh-clone to show.
    [Fact]
    public async Task Shows_all_it_promises_and_leaves_nothing()
    {
        await using var demo = HostProgram.Start("demo", "--json");

        var exit = await demo.EndAsync();

        Assert.True(exit == 0, $"{exit}\n{demo.Out}\n{demo.Error}");
        var result = JsonDocument.Parse(demo.Out).RootElement;
        Assert.Equal("Succeeded", result.GetProperty("good").GetProperty("phase").GetString());
        ShownByADemo.TakenBackWithinBound(result);
        Assert.True(result.GetProperty("survivedKill").GetBoolean());
        Assert.True(result.GetProperty("heldWithoutEvidence").GetBoolean());
        AssertReleaseTakenBack(result.GetProperty("release"));
        Assert.True(result.GetProperty("chainVerified").GetBoolean());
        Assert.Equal(
            ["2", "3", "4"], AnnouncedThenStarted().Matches(demo.Error).Select(match => match.Groups[1].Value));
        Assert.Contains("orel explain checkout -e demo", demo.Error, StringComparison.Ordinal);
        Assert.Contains("What was measured", demo.Error, StringComparison.Ordinal);
        Assert.Equal(["good", "bad", "survivedKill", "heldWithoutEvidence", "release", "chainVerified"],
            result.EnumerateObject().Select(member => member.Name));
        await ShownByADemo.NothingIsLeftAsync(demo);
    }

    private static void AssertReleaseTakenBack(JsonElement release)
    {
        Assert.Equal("Succeeded", release.GetProperty("goodPhase").GetString());
        Assert.Equal("RolledBack", release.GetProperty("badPhase").GetString());
        var order = release.GetProperty("rollbackOrder").EnumerateArray().Select(name => name.GetString()).ToList();
        Assert.Equal(["web", "search", "cart", "catalog"], order);
        Assert.Equal(
            order, release.GetProperty("expectedOrder").EnumerateArray().Select(name => name.GetString()));
        Assert.InRange(
            release.GetProperty("rollbackSeconds").GetDouble(), 0, release.GetProperty("boundSeconds").GetDouble());
    }

    [GeneratedRegex(@"announced before the start: [^\n]* at most [0-9][^\n]*\n[^\n]*checkout\.demo\.(\d) has started")]
    private static partial Regex AnnouncedThenStarted();
}
