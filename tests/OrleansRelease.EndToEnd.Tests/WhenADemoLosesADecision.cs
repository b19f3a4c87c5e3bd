using System.Text.Json;
using Microsoft.Data.Sqlite;
using OrleansRelease.EndToEnd.Tests.Harness;

namespace OrleansRelease.EndToEnd.Tests;

/// <summary>Somebody deletes a line of the record while a demo runs.</summary>
public sealed class WhenADemoLosesADecision
{
    [Fact]
    public async Task It_says_that_the_record_is_not_whole_and_ends_with_1_when_a_decision_is_missing()
    {
        await using var demo = HostProgram.Start("demo", "--json", "--only", "bad");
        await demo.PrintsAsync("is verified and stable");
        await ForgetADecisionAsync(ProcessesOf.FolderOf(demo));

        Assert.Equal(1, await demo.EndAsync());

        var result = JsonDocument.Parse(demo.Out).RootElement;
        ShownByADemo.TakenBackWithinBound(result);
        Assert.False(result.GetProperty("chainVerified").GetBoolean());
        await ShownByADemo.NothingIsLeftAsync(demo);
    }

    private static async Task ForgetADecisionAsync(string folder)
    {
        var store = new SqliteConnectionStringBuilder
        {
            DataSource = Path.Combine(folder, "server", "store.db"),
            Pooling = false,
        };
        await using var connection = new SqliteConnection(store.ConnectionString);
        await connection.OpenAsync();
        await using var forget = connection.CreateCommand();
        forget.CommandText = "DELETE FROM log WHERE kind = 'rollout' AND key = 'checkout.demo.1' AND seq = 3";
        Assert.Equal(1, await forget.ExecuteNonQueryAsync());
    }
}
