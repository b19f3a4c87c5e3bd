using OrleansRelease.Core.Identity;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Storage.Tests.Contract;

public abstract partial class StoreContract
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_summary_shows_every_column()
    {
        await Row("shown").WriteAsync(phase: "Pending", nextWake: Noon);
        await (await Row("shown").ReadAsync()).WriteAsync(phase: "Paused", nextWake: Noon.AddMinutes(5));

        var summary = (await Store.Rows.GetAsync("rollout", "shown", default))!.Summary;
        Assert.Equal(
            new RowSummary(
                "rollout", "shown", 2, "Paused", ServiceName.From("checkout"), EnvironmentName.From("production"),
                VersionName.From("3.2.0"), "sha256:abc", GrainRow.Start.AddSeconds(2), Noon.AddMinutes(5), 0, null,
                null),
            summary);
    }

    [Fact]
    public async Task Absent_columns_stay_absent()
    {
        await Row("bare").WriteAsync(service: null, environment: null);

        var summary = (await Store.Rows.GetAsync("rollout", "bare", default))!.Summary;
        Assert.Null(summary.Service);
        Assert.Null(summary.Environment);
        Assert.Null(summary.NextWake);
    }

    [Fact]
    public async Task Lists_filter_by_every_column_and_keep_to_one_kind()
    {
        await Row("a").WriteAsync(phase: "Pending");
        await Row("b").WriteAsync(phase: "Paused", environment: "staging");
        await Row("c").WriteAsync(phase: "Paused", service: "cart");
        await Row("a", "slot").WriteAsync(phase: "Paused");

        Assert.Equal(["a", "b", "c"], await KeysAsync(new RowFilter("rollout")));
        Assert.Equal(["a", "b"], await KeysAsync(new RowFilter("rollout", Service: ServiceName.From("checkout"))));
        Assert.Equal(["b"], await KeysAsync(new RowFilter("rollout", Environment: EnvironmentName.From("staging"))));
        Assert.Equal(["b", "c"], await KeysAsync(new RowFilter("rollout", Phase: "Paused")));
        Assert.Equal(
            ["c"],
            await KeysAsync(new RowFilter(
                "rollout", ServiceName.From("cart"), EnvironmentName.From("production"), "Paused")));
        Assert.Empty(await KeysAsync(new RowFilter("release")));
    }

    [Fact]
    public async Task Pages_follow_each_other_in_the_order_of_bytes()
    {
        string[] keys = ["a", "a-1", "a.b", "a.b.1", "a.b.10", "a.b.2", "ab", "b", "c"];
        foreach (var key in keys.Reverse()) await Row(key).WriteAsync();

        var found = new List<string>();
        string? after = null;
        do
        {
            var page = await KeysAsync(new RowFilter("rollout", After: after, Limit: 2));
            found.AddRange(page);
            after = page.LastOrDefault();
        }
        while (after is not null);

        Assert.Equal(keys.Order(StringComparer.Ordinal), found);
    }

    [Fact]
    public async Task A_spec_is_found_by_the_hash_of_its_content()
    {
        const string Text = "spec: {strategy: canary} # ünïcödé \" ' \\ \n second line";
        var hash = await Store.Specs.PutAsync(Text, default);

        Assert.StartsWith("sha256:", hash, StringComparison.Ordinal);
        Assert.Equal(hash, await Store.Specs.PutAsync(Text, default));
        Assert.NotEqual(hash, await Store.Specs.PutAsync(Text + " ", default));
        Assert.Equal(Text, await Store.Specs.GetAsync(hash, default));
        Assert.Null(await Store.Specs.GetAsync("sha256:none", default));
    }

    [Fact]
    public async Task A_damaged_spec_is_mended_by_putting_it_again()
    {
        var hash = await Store.Specs.PutAsync("damaged later", default);
        await ExecuteAsync("UPDATE spec SET text = 'something else'");

        await Store.Specs.PutAsync("damaged later", default);

        Assert.Equal("damaged later", await Store.Specs.GetAsync(hash, default));
    }

    [Fact]
    public async Task Specs_put_at_once_are_stored_once()
    {
        var hashes = await Task.WhenAll(Enumerable.Range(0, 16).Select(async _ =>
        {
            await Task.Yield();
            return await Store.Specs.PutAsync("the same", default);
        }));

        Assert.Single(hashes.Distinct());
        Assert.Equal("the same", await Store.Specs.GetAsync(hashes[0], default));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(100)]
    public async Task All_are_read_whatever_a_page_holds_each_once_and_in_order(int page)
    {
        string[] keys = ["a", "a-1", "a.b", "b"];
        foreach (var key in keys.Reverse()) await Row(key).WriteAsync();
        await Row("c").WriteAsync(phase: "Pending");

        var all = Store.Rows.AllAsync(new("rollout", Phase: "Progressing", Limit: page)).Select(row => row.Key);
        Assert.Equal(keys, await all.ToListAsync());
        var after = Store.Rows.AllAsync(new("rollout", After: "a-1", Limit: page)).Select(row => row.Key);
        Assert.Equal(["a.b", "b", "c"], await after.ToListAsync());
        Assert.Empty(await Store.Rows.AllAsync(new("release", Limit: page)).ToListAsync());
    }

    private async Task<IEnumerable<string>> KeysAsync(RowFilter filter) =>
        (await Store.Rows.ListAsync(filter, default)).Select(row => row.Key);
}
