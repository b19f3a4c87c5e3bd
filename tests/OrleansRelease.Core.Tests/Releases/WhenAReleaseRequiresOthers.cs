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

    private static PassageScenario Waiting() => new PassageScenario(
        "a", spec => spec with { Requires = [new PassageRequirement(Payments, Otherwise.Wait)] }).Take(Read(null));

    private static PassageInput.RequiredRead Read(string? stable) =>
        new([new StableOf(Payments.Service, stable is null ? null : VersionName.From(stable))]);
}
