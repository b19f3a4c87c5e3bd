using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Slots;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Cli.Tests.Harness;

/// <summary>A rollout of checkout that waits for versions of cart and of catalog, by the rules of its slot.</summary>
internal static class WaitingSeed
{
    public static readonly Requirement Cart = new(ServiceName.From("cart"), VersionName.From("1.9.0"));

    public static readonly Requirement Catalog = new(ServiceName.From("catalog"), VersionName.From("2.4.0"));

    private static readonly ActorName Anna = ActorName.From("anna");

    public static Explanation Explain()
    {
        var slot = Seeds.Id.Slot;
        var order = new StartOrder(
            slot, VersionName.From("3.2.0"), "sha256:4f1c09aa", WhenBusy.Queue, "start", [Cart, Catalog]);
        var row = Step(Row<SlotState>.Empty, new SlotInput.Start(order, Anna), Seeds.Now - TimeSpan.FromMinutes(12));
        row = Step(
            row,
            new SlotInput.Heard(
            [
                new(slot with { Service = Cart.Service }, 41, VersionName.From("1.8.2")),
                new(slot with { Service = Catalog.Service }, 7, VersionName.From("2.4.1")),
            ]),
            Seeds.Now - TimeSpan.FromSeconds(20));
        return ExplainQueued.Of(new RolloutId(slot, 1), row, Seeds.Now)!;
    }

    private static Row<SlotState> Step(Row<SlotState> row, SlotInput input, DateTimeOffset at)
    {
        var command = input is SlotInput.Start ? new Command(CommandId.From("start"), Anna) : null;
        var result = new SlotDecider().Step(row, input, command, epoch: 1, at);
        return Assert.IsType<StepResult<SlotState>.Written>(result).Row;
    }
}
