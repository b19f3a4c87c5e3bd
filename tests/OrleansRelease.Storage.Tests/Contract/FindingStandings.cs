using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Slots;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Storage.Tests.Contract;

public abstract partial class StoreContract
{
    [Fact]
    public async Task What_runs_where_is_found_page_by_page_whatever_one_row_looks_like()
    {
        await SlotRowAsync("cart.production", "not JSON at all");
        await SlotRowAsync("cart.staging", StateOf("cart.staging", "1.9.1", RolloutId.From("cart.staging.3")));
        await SlotRowAsync("checkout.production", new string(' ', RowLimits.WarnBytes + 1));
        await SlotRowAsync("checkout.staging", StateOf("checkout.staging", "3.2.0", null), aside: "it is broken");

        var all = await StandingsAsync(new RowFilter(Kinds.Slot));
        var (unreadable, cart, large, aside) = (all[0], all[1], all[2], all[3]);
        Assert.Contains("cannot be read", unreadable.Trouble, StringComparison.Ordinal);
        Assert.Equal(("3.2.0", null), ($"{unreadable.Stable}", unreadable.Since));
        Assert.Equal(("1.9.1", "cart.staging.3", Noon), ($"{cart.Stable}", $"{cart.Rollout}", cart.Since));
        Assert.Equal("too much to show here", large.Trouble);
        Assert.Equal(("3.2.0", "it cannot be decided on: it is broken"), ($"{aside.Stable}", aside.Trouble));

        Assert.Equal(
            ["checkout.production", "checkout.staging"],
            await SlotsAsync(new RowFilter(Kinds.Slot, Service: ServiceName.From("checkout"))));
        Assert.Equal(
            ["cart.staging"],
            await SlotsAsync(new RowFilter(Kinds.Slot, Environment: EnvironmentName.From("staging"), Limit: 1)));
        Assert.Equal(
            ["checkout.production", "checkout.staging"],
            await SlotsAsync(new RowFilter(Kinds.Slot, After: "cart.staging")));
    }

    private async Task<IEnumerable<string>> SlotsAsync(RowFilter filter) =>
        (await StandingsAsync(filter)).Select(one => $"{one.Slot}");

    private Task<IReadOnlyList<Standing>> StandingsAsync(RowFilter filter) =>
        Store.Get<IStandings>().ListAsync(filter, default);

    private static string StateOf(string slot, string stable, RolloutId? rollout) =>
        Vocabulary.Write(Row<SlotState>.Empty with
        {
            State = new(
                SlotKey.From(slot), 3, 3,
                new(VersionName.From(stable), "sha256:abc", Noon, rollout), null, [], [], []),
        });

    private async Task SlotRowAsync(string key, string payload, string? aside = null)
    {
        var slot = SlotKey.From(key);
        await Row(key, Kinds.Slot).WriteAsync(service: $"{slot.Service}", environment: $"{slot.Environment}");
        await ExecuteAsync(
            $"UPDATE row SET payload = '{payload}'"
            + (aside is null ? "" : $", quarantined_at = 1, last_error = '{aside}'")
            + $" WHERE kind = '{Kinds.Slot}' AND key = '{key}'");
    }
}
