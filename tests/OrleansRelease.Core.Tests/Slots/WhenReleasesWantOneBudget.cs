using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Slots;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Tests.Slots;

/// <summary>
/// Forty minutes of an error budget are left, and each may cost a quarter of what is free. All that claim the slot had
/// a plan by which there was enough.
/// </summary>
public sealed class WhenReleasesWantOneBudget
{
    private readonly SlotScenario _slot = new SlotScenario().Given("0.9.0");

    private EffectAction.RefuseClaim? Refused =>
        _slot.Told.OfType<EffectAction.RefuseClaim>().SingleOrDefault();

    /// <param name="release">Its name.</param>
    /// <param name="price">In minutes.</param>
    /// <param name="asked">Whether anybody has asked what is left.</param>
    /// <param name="number">Of the claim.</param>
    /// <param name="whenBusy">What becomes of others.</param>
    /// <param name="createdAt">When the release began.</param>
    /// <param name="reverses">What it takes back.</param>
    /// <param name="version">To what it moves the slot.</param>
    private Row<SlotState> Claim(
        string release, double price, bool asked = true, int number = 1, WhenBusy whenBusy = WhenBusy.Queue,
        DateTimeOffset? createdAt = null, Reversal? reverses = null, string version = "2.0.0")
    {
        var reservation = new Reservation("errors", TimeSpan.FromMinutes(price));
        return _slot.Claim(
            release, number, version: version, whenBusy: whenBusy, createdAt: createdAt, reverses: reverses,
            reserves: [reservation],
            budgets: asked ? [new BudgetClaim(reservation, TimeSpan.FromMinutes(40), 0.25m)] : null).Row;
    }

    private void Start(double price)
    {
        var order = new StartOrder(
            SlotScenario.Slot, VersionName.From("1.0.0"), "sha256:1.0.0", WhenBusy.Queue, "start 1.0.0",
            Budgets: [new(new("errors", TimeSpan.FromMinutes(price)), TimeSpan.FromMinutes(40), 0.25m)]);
        Assert.Null(_slot.Take(
            new SlotInput.Start(order, ActorName.From("anna")),
            new(CommandId.From("start-1.0.0"), ActorName.From("anna"))).Refusal);
    }

    [Fact]
    public void What_a_rollout_has_reserved_since_the_plan_is_gone_for_a_claim()
    {
        Start(price: 10);

        Claim("autumn", price: 8);

        Assert.Equal(
            new EffectAction.RefuseClaim(
                SlotScenario.Slot, SlotScenario.Passage("autumn"), 1, SlotScenario.Id(2),
                "2.0.0 can cost 8m of full outage; 40m of the error budget of errors in checkout.production is left, "
                + "and 10m of it is reserved by checkout.production.2; one rollout may cost 25% of the rest; start it "
                + "again when that has ended, or apply it as an emergency under another name"),
            Refused);
        Assert.Null(_slot.Refusal);
        Assert.Empty(_slot.State.Claims.Waiting);
    }

    [Fact]
    public void Of_two_releases_the_second_may_have_its_share_of_what_the_first_has_left()
    {
        Claim("autumn", price: 10);
        Assert.Equal(SlotScenario.Passage("autumn"), _slot.State.Holder?.Passage);

        Claim("winter", price: 8);
        Assert.Equal(SlotScenario.Passage("autumn"), Refused?.Before);
        Assert.Contains("10m of it is reserved by checkout.production.2", Refused?.Reason, StringComparison.Ordinal);

        Claim("spring", price: 7.5);
        Assert.Null(Refused);
        // Who waits counts as well.
        Claim("summer", price: 6);
        Assert.Contains(
            "17m30s of it is reserved by spring.production.1, checkout.production.2", Refused?.Reason,
            StringComparison.Ordinal);
        Assert.Equal(SlotScenario.Passage("spring"), Assert.Single(_slot.State.Claims.Waiting).Passage);
    }

    [Fact]
    public void Said_again_it_is_answered_as_before_whatever_has_become_free_or_was_reserved_meanwhile()
    {
        Start(price: 10);
        var refused = Claim("autumn", price: 8);
        Assert.Same(refused, Claim("autumn", price: 8));
        var free = _slot.ReportAll(new Outcome.Applied()).End(2, succeeded: true).Row;
        Assert.Same(free, Claim("autumn", price: 8));
        Assert.Null(_slot.State.Holder);

        // It was started again there, and what it says now is new.
        var entered = Claim("autumn", price: 8, number: 3);
        Assert.Equal(SlotScenario.Passage("autumn"), _slot.State.Holder?.Passage);
        Claim("winter", price: 8, asked: false);
        var both = _slot.Row;
        Assert.NotSame(entered, both);
        Assert.Same(both, Claim("autumn", price: 8, number: 3));
    }

    [Fact]
    public void What_was_said_by_a_build_before_or_by_an_emergency_goes_and_reserves()
    {
        Start(price: 10);

        Claim("autumn", price: 35, asked: false);

        Assert.Null(Refused);
        Assert.Equal(
            TimeSpan.FromMinutes(35), Assert.Single(_slot.State.Claims.Waiting).Reserves!.Value[0].Price);
    }

    [Fact]
    public void A_way_back_always_goes()
    {
        Start(price: 10);

        Claim("autumn", price: 35, reverses: new(_slot.State.Stable!, null));

        Assert.Null(Refused);
        Assert.Single(_slot.State.Claims.Waiting);
    }

    [Fact]
    public void What_is_stable_already_costs_nothing()
    {
        Start(price: 10);

        Claim("autumn", price: 35, version: "0.9.0");

        Assert.Null(Refused);
    }

    [Fact]
    public void What_it_had_claimed_itself_and_gives_back_is_free_for_it()
    {
        Claim("autumn", price: 8);

        Claim("autumn", price: 9, number: 3);

        Assert.Null(Refused);
        Assert.Equal(SlotScenario.Passage("autumn"), _slot.State.Holder?.Passage);
    }

    [Fact]
    public void Who_takes_the_place_of_those_that_wait_reckons_with_who_moves_and_with_who_began_later()
    {
        Start(price: 4);
        _slot.ReportAll(new Outcome.Applied());
        var began = _slot.Now.AddSeconds(30);
        Claim("autumn", price: 9, createdAt: _slot.Now);

        Claim("winter", price: 9.5, whenBusy: WhenBusy.Supersede, createdAt: began);
        Assert.Contains("and 4m of it is reserved", Refused?.Reason, StringComparison.Ordinal);
        Assert.Empty(_slot.Told.OfType<EffectAction.SupersedePassage>());

        Claim("spring", price: 9, whenBusy: WhenBusy.Supersede, createdAt: began);
        Assert.Null(Refused);
        Assert.Single(_slot.Told.OfType<EffectAction.SupersedePassage>());
        Claim("summer", price: 9, whenBusy: WhenBusy.Supersede, createdAt: _slot.Now);
        Assert.Contains(", spring.production.1, ", Refused?.Reason, StringComparison.Ordinal);
    }
}
