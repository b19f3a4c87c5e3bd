using System.Text.Json;
using OrleansRelease.EndToEnd.Tests.Harness;

namespace OrleansRelease.EndToEnd.Tests;

/// <summary>Ways to be bad that <see cref="TheDemo"/> does not show; their bounds hold beside other tests.</summary>
public sealed class WhatElseTheDemoTakesBack
{
    [Theory]
    [InlineData("slow")]
    [InlineData("crash")]
    [InlineData("late")]
    [InlineData("silent")]
    public async Task It_goes_back_within_the_announced_bound(string bad)
    {
        await using var demo = HostProgram.Start("demo", "--json", "--only", "bad", "--bad", bad);

        var exit = await demo.EndAsync();

        Assert.True(exit == 0, $"{exit}\n{demo.Out}\n{demo.Error}");
        var result = JsonDocument.Parse(demo.Out).RootElement;
        ShownByADemo.TakenBackWithinBound(result);
        Assert.Equal(bad != "silent", result.GetProperty("bad").GetProperty("failedRequests").GetInt32() > 0);
        await ShownByADemo.NothingIsLeftAsync(demo);
    }
}
