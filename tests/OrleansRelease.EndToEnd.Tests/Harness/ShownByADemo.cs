using System.Text.Json;

namespace OrleansRelease.EndToEnd.Tests.Harness;

/// <summary>What every demo has to show, whatever was bad in it.</summary>
internal static class ShownByADemo
{
    public static void TakenBackWithinBound(JsonElement result)
    {
        var bad = result.GetProperty("bad");
        Assert.Equal("RolledBack", bad.GetProperty("phase").GetString());
        var bound = bad.GetProperty("boundSeconds").GetDouble();
        Assert.InRange(bad.GetProperty("detectSeconds").GetDouble(), 0, bound);
        Assert.InRange(bad.GetProperty("rollbackSeconds").GetDouble(), 0, bound);
        Assert.InRange(bad.GetProperty("failedRequests").GetInt32(), 0, bad.GetProperty("totalRequests").GetInt32());
    }

    public static Task NothingIsLeftAsync(HostProgram demo) =>
        ProcessesOf.NothingIsLeftAsync(ProcessesOf.FolderOf(demo));
}
