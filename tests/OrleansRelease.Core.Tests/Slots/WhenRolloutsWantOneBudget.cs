using System.Globalization;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Slots;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Tests.Slots;

/// <summary>Forty minutes of an error budget are left, and one rollout may cost a quarter of what is free.</summary>
public sealed class WhenRolloutsWantOneBudget
{
    private readonly SlotScenario _slot = new();

    private Refusal? Start(
        string version, double minutes, WhenBusy whenBusy = WhenBusy.Queue, string slo = "errors",
        string? emergency = null)
    {
        var order = new StartOrder(
            SlotScenario.Slot, VersionName.From(version), $"sha256:{version}", whenBusy, $"start {version}",
            Budgets: [new(new(slo, TimeSpan.FromMinutes(minutes)), TimeSpan.FromMinutes(40), 0.25m)],
            Emergency: emergency);
        return _slot.Take(
            new SlotInput.Start(order, ActorName.From("anna")),
            new(CommandId.From($"start-{version}"), ActorName.From("anna"))).Refusal;
    }

    [Fact]
    public void What_one_has_reserved_is_gone_for_the_next()
    {
        Assert.Null(Start("1.0.0", minutes: 10));

        var refusal = Start("2.0.0", minutes: 8);

        Assert.Equal(RefusalCodes.BudgetExceeded, refusal?.Code);
        Assert.Equal(
            "2.0.0 can cost 8m of full outage; 40m of the error budget of errors in checkout.production is left, and "
            + "10m of it is reserved by checkout.production.1; one rollout may cost 25% of the rest", refusal!.Reason);
        // A quarter of the other thirty minutes.
        Assert.Null(Start("2.0.1", minutes: 7.5));
        Assert.Equal(TimeSpan.FromMinutes(7.5), Assert.Single(_slot.State.Queue).Reserves!.Value[0].Price);
        Assert.Equal(RefusalCodes.BudgetExceeded, Start("3.0.0", minutes: 7)?.Code);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void It_is_free_when_that_has_ended_in_whatever_way(bool succeeded)
    {
        Assert.Null(Start("1.0.0", minutes: 10));
        _slot.End(1, succeeded);

        Assert.Null(Start("2.0.0", minutes: 10));
    }

    [Fact]
    public void It_is_free_when_who_waited_was_withdrawn()
    {
        Assert.Null(Start("1.0.0", minutes: 1));
        Assert.Null(Start("2.0.0", minutes: 9));
        Assert.NotNull(Start("3.0.0", minutes: 9));
        _slot.Withdraw(2);

        Assert.Null(Start("3.0.1", minutes: 9));
    }

    [Fact]
    public void Who_takes_the_place_of_those_that_wait_reckons_with_the_one_that_moves()
    {
        Assert.Null(Start("1.0.0", minutes: 4));
        Assert.Null(Start("2.0.0", minutes: 9));

        Assert.Equal(RefusalCodes.BudgetExceeded, Start("3.0.0", minutes: 9.5, WhenBusy.Supersede)?.Code);
        Assert.Null(Start("3.0.1", minutes: 9, WhenBusy.Supersede));
    }

    [Fact]
    public void An_emergency_goes_whatever_is_reserved_is_on_record_and_reserves_as_well()
    {
        Assert.Null(Start("1.0.0", minutes: 10));
        Assert.NotNull(Start("2.0.0", minutes: 35));

        Assert.Null(Start("2.0.1", minutes: 35, emergency: "INC-4711: payments fail"));

        var queued = Assert.Single(_slot.State.Queue);
        Assert.Equal(("INC-4711: payments fail", "anna"), (queued.Emergency, $"{queued.StartedBy}"));
        Assert.Equal(RefusalCodes.BudgetExceeded, Start("3.0.0", minutes: 1)?.Code);
        var begin = _slot.End(1, succeeded: true).Told.OfType<EffectAction.BeginRollout>();
        Assert.Equal("INC-4711: payments fail", Assert.Single(begin).Emergency);
    }

    [Fact]
    public void What_a_release_may_cost_is_gone_while_it_waits_and_while_it_moves()
    {
        Assert.Null(Start("1.0.0", minutes: 1));
        _slot.Claim("autumn", version: "2.0.0", reserves: [new("errors", TimeSpan.FromMinutes(9))]);

        Assert.Equal(
            "3.0.0 can cost 8m of full outage; 40m of the error budget of errors in checkout.production is left, and "
            + "10m of it is reserved by autumn.production.1, checkout.production.1; one rollout may cost 25% of the "
            + "rest", Start("3.0.0", minutes: 8)?.Reason);
        _slot.ReportAll(new Outcome.Applied()).End(1, succeeded: true);
        Assert.Equal(RefusalCodes.BudgetExceeded, Start("3.0.1", minutes: 8)?.Code);

        _slot.Return("autumn", completed: true);
        Assert.Null(Start("3.0.2", minutes: 8));
    }

    [Fact]
    public void Budgets_of_other_objectives_and_those_that_want_nothing_are_apart()
    {
        Assert.Null(Start("1.0.0", minutes: 10));

        Assert.Null(Start("2.0.0", minutes: 10, slo: "latency"));
        Assert.Null(_slot.Start("3.0.0").Refusal);
    }

    [Fact]
    public void All_of_it_may_be_reserved()
    {
        Assert.Null(Start("1.0.0", minutes: 10));
        for (var i = 0; i < 3; i++)
            Assert.Null(Start(string.Create(CultureInfo.InvariantCulture, $"2.0.{i}"), minutes: 7.5 - (2 * i)));

        // Ten, 7.5, 5.5 and 3.5 of forty: a quarter of the other 13.5.
        Assert.Equal(RefusalCodes.BudgetExceeded, Start("3.0.0", minutes: 3.4)?.Code);
        Assert.Null(Start("3.0.1", minutes: 3.3));
    }
}
