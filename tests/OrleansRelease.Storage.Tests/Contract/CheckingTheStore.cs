using OrleansRelease.Storage.Checking;

namespace OrleansRelease.Storage.Tests.Contract;

public abstract partial class StoreContract
{
    [Fact]
    public async Task A_store_that_nobody_touched_is_clean()
    {
        await HistoryAsync();

        var report = await OrleansRelease.Storage.Store.CheckAsync(Options, default);
        Assert.True(report.IsClean);
        Assert.Equal((3, 12), (report.Rows, report.Transitions));
    }

    [Theory]
    [InlineData("a changed byte", "UPDATE log SET transition = replace(transition, 'step 2', 'step 9') "
        + "WHERE key = 'b' AND seq = 2", 3)]
    [InlineData("a changed byte in the newest", "UPDATE log SET transition = replace(transition, 'step 4', 'step 9') "
        + "WHERE key = 'b' AND seq = 4", 4)]
    [InlineData("a missing transition", "DELETE FROM log WHERE key = 'b' AND seq = 2", 2)]
    [InlineData("a missing first transition", "DELETE FROM log WHERE key = 'b' AND seq = 1", 1)]
    [InlineData("a missing newest transition", "DELETE FROM log WHERE key = 'b' AND seq = 4", 4)]
    [InlineData("a missing history", "DELETE FROM log WHERE key = 'b'", 4)]
    [InlineData("a missing row", "DELETE FROM row WHERE key = 'b'", 4)]
    [InlineData("a transition that is no JSON", "UPDATE log SET transition = 'x' WHERE key = 'b' AND seq = 2", 2)]
    [InlineData("a changed head", "UPDATE row SET payload = replace(payload, '\"head\":\"', '\"head\":\"0') "
        + "WHERE key = 'b'", 4)]
    [InlineData("a state set back", "UPDATE row SET payload = replace(payload, '\"sequence\":4', '\"sequence\":3') "
        + "WHERE key = 'b'", 4)]
    [InlineData("a row set back", "UPDATE log SET seq = 5 WHERE key = 'b' AND seq = 4", 4)]
    [InlineData("a changed order", "UPDATE log SET seq = CASE seq WHEN 2 THEN 1002 ELSE 1003 END "
        + "WHERE key = 'b' AND seq IN (2, 3); UPDATE log SET seq = 1005 - seq WHERE seq > 1000", 2)]
    [InlineData("a place earlier in the log", "UPDATE log SET position = 0 WHERE key = 'b' AND seq = 3", 3)]
    public async Task Tampering_is_found_where_it_was_done(string what, string sql, long sequence)
    {
        await HistoryAsync();
        await ExecuteAsync(sql);

        var report = await OrleansRelease.Storage.Store.CheckAsync(Options, default);

        Assert.False(report.IsClean, what);
        Assert.All(report.Problems, problem => Assert.Equal(("rollout", "b"), (problem.Kind, problem.Key)));
        Assert.Contains(report.Problems, problem => problem.Sequence == sequence);
        Assert.Equal(report.ProblemCount, report.Problems.Count);
    }

    [Fact]
    public async Task Every_problem_is_counted_also_those_that_are_not_listed()
    {
        await HistoryAsync();
        var count = CheckReport.MaxProblems + 50;
        await ExecuteAsync(
            $"WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) "
            + "INSERT INTO log (position, kind, key, seq, at, transition) "
            + "SELECT 4000000000000 + i, 'ghost', 'g' || i, 1, 0, '{\"sequence\":1,\"previous\":\"\"}' FROM n");

        var report = await OrleansRelease.Storage.Store.CheckAsync(Options, default);
        Assert.Equal(count, report.ProblemCount);
        Assert.Equal(CheckReport.MaxProblems, report.Problems.Count);
    }

    [Fact]
    public void Migrating_again_changes_nothing() =>
        Assert.Empty(OrleansRelease.Storage.Schema.Migration.Apply(
            Store.Get<OrleansRelease.Storage.Databases.Database>(), TimeProvider.System));

    private async Task HistoryAsync()
    {
        var rows = new[] { Row("a"), Row("b"), Row("c") };
        for (var step = 1; step <= 4; step++)
        {
            foreach (var row in rows) await row.WriteAsync($"step {step}");
        }
    }
}
