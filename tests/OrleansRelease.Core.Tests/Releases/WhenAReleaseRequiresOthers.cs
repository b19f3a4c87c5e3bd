using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Tests.Releases;

public sealed class WhenAReleaseRequiresOthers
{
    private static readonly Requirement Payments = new(ServiceName.From("payments"), VersionName.From("2.1.0"));

    private static readonly SlotKey Slot = SlotKey.From("payments.production");

    [Fact]
    public void The_slot_of_what_is_not_there_is_asked_once_to_ring_and_told_when_nobody_waits_any_more()
    {
        var release = Waiting();
        var asked = Assert.Single(release.Told.OfType<EffectAction.RegisterWaiter>());
        Assert.Equal(
            (Slot, $"{PassageScenario.Id}", Payments.AtLeast), (asked.At, $"{asked.Waiter}", asked.AtLeast));

        release.Take(Read("2.0.9"));
        Assert.Empty(release.Told);

        release.Take(Read("2.1.0"));
        var gone = Assert.Single(release.Told.OfType<EffectAction.WithdrawWaiter>());
        Assert.Equal(Slot, gone.At);
        Assert.True(gone.Number > asked.Number);
        Assert.Single(release.Told.OfType<EffectAction.ClaimSlot>());
    }

    [Fact]
    public void Nobody_waits_any_more_when_it_is_aborted()
    {
        var release = Waiting().Aborted();

        Assert.Single(release.Told.OfType<EffectAction.WithdrawWaiter>());
        Assert.Equal(PassagePhase.Cancelled, release.State.Phase);
    }

    [Fact]
    public void A_bell_that_is_not_waited_for_is_answered_with_the_withdrawal_also_after_the_end()
    {
        var vain = new PassageInput.RungInVain(Payments.Service);
        Assert.Empty(Waiting().Take(vain).Told);
        var moving = Waiting().Take(Read("2.1.0"));

        var again = Assert.Single(moving.Take(vain).Told.OfType<EffectAction.WithdrawWaiter>());
        Assert.Equal(Slot, again.At);
        Assert.Single(moving.Aborted().Take(vain).Told.OfType<EffectAction.WithdrawWaiter>());
    }

    [Fact]
    public void That_it_waits_no_more_is_said_until_it_is_heard_also_after_the_end()
    {
        var release = Waiting().Unheard().Take(Read("2.1.0")).Aborted();

        Assert.Equal(PassagePhase.Cancelled, release.State.Phase);
        Assert.Contains(
            release.Row.Outbox, entry => entry is { IsPending: true, Effect.Action: EffectAction.WithdrawWaiter });
    }

    private static PassageScenario Waiting() => new PassageScenario(
        "a", spec => spec with { Requires = [new PassageRequirement(Payments, Otherwise.Wait)] }).Take(Read(null));

    private static PassageInput.RequiredRead Read(string? stable) =>
        new([new StableOf(Payments.Service, stable is null ? null : VersionName.From(stable))]);
}
