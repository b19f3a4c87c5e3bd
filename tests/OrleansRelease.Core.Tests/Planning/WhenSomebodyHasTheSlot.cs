using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Planning;
using OrleansRelease.Core.Slots;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Tests.Rollouts;
using OrleansRelease.Core.Tests.Slos;
using OrleansRelease.Core.Tests.Slots;

namespace OrleansRelease.Core.Tests.Planning;

public sealed class WhenSomebodyHasTheSlot
{
    private static SlotState Moved => new SlotScenario().Given("1.0.0").Start("3.0.0").State;

    private static SlotState Wanted => new SlotScenario().Given("1.0.0").Start("3.0.0", requires: "cart 1.9.0").State;

    private static SlotState Released => new SlotScenario().Given("1.0.0").Claim("autumn").State;

    [Fact]
    public void A_plan_says_who_comes_before()
    {
        Assert.Equal("checkout.production.2 is moving shop to 3.0.0", Before(Moved));
        Assert.Equal("checkout.production.2 waits to move shop to 3.0.0", Before(Wanted));
        Assert.Equal("autumn.production.1 is moving shop to 9.0", Before(Released));
        Assert.Null(Before(new SlotScenario().Given("1.0.0").State));
        Assert.Null(Before(null));

        static string? Before(SlotState? slot)
        {
            var plan = Plan(slot, WhenBusy.Queue);
            Assert.True(plan.IsReady, string.Join("; ", plan.Refusals));
            return plan.HeldBy?.Text(plan.Slot.Service);
        }
    }

    [Fact]
    public void Whoever_would_not_wait_is_refused_by_the_plan_already()
    {
        foreach (var slot in new[] { Moved, Wanted, Released })
        {
            Assert.Equal(RefusalCodes.SlotBusy, Assert.Single(Plan(slot, WhenBusy.Reject).Refusals).Code);
            var refusal = Assert.Single(Shop.Plan(whenBusy: WhenBusy.Reject, catalog: slot).Refusals);
            Assert.Equal(RefusalCodes.SlotBusy, refusal.Code);
            Assert.Contains("catalog to ", refusal.Reason, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_release_that_waits_says_for_whom()
    {
        var plan = Shop.Plan(catalog: Moved);

        Assert.True(plan.IsReady, string.Join("; ", plan.Refusals));
        Assert.Equal("catalog", $"{Assert.Single(plan.Moves, move => move.HeldBy is not null).Service}");
    }

    [Fact]
    public void Of_its_own_passage_the_release_says_it_itself() => Assert.True(
        Shop.Plan(whenBusy: WhenBusy.Reject, catalog: new SlotScenario().Claim("shop-2026.11.3").State).IsReady);

    /// <summary>A claim does not wait for a budget: its plan is where a release is told first.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("INC-4711: payments fail")]
    public void What_who_moves_has_set_aside_of_an_error_budget_is_gone_for_a_release(string? emergency)
    {
        var moved = Moved;
        Reservation all = new(Counted.Availability.Name, Counted.Availability.Budget);
        var slot = moved with
        {
            Holder = moved.Holder! with { Rollout = moved.Holder.Rollout with { Reserves = [all] } },
        };
        ReleasePlan Planned(SlotState catalog) => Shop.Plan(
            release => release with { Spec = release.Spec with { Emergency = emergency } },
            catalog: catalog, promised: Counted.Availability with { Metric = "router-errors/errors" }, mayCost: 1m);

        Assert.True(Planned(moved).IsReady, string.Join("; ", Planned(moved).Refusals));
        var plan = Planned(slot);

        if (emergency is not null)
        {
            Assert.True(plan.IsReady, string.Join("; ", plan.Refusals));
            return;
        }

        var refusal = Assert.Single(plan.Refusals);
        Assert.Equal(RefusalCodes.BudgetExceeded, refusal.Code);
        Assert.StartsWith("catalog: 2.4.0 can cost ", refusal.Reason, StringComparison.Ordinal);
        Assert.Contains("reserved by checkout.production.2", refusal.Reason, StringComparison.Ordinal);
    }

    private static RolloutPlan Plan(SlotState? slot, WhenBusy whenBusy) =>
        RolloutPlan.Of(RolloutScenario.Plain, "sha256:two", VersionName.From("1.0")).At(slot, whenBusy);
}
