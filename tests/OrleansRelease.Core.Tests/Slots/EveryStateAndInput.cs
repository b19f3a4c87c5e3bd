using System.Collections.Immutable;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Restoring;
using OrleansRelease.Core.Slots;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Tests.Slots;

public sealed class EveryStateAndInput
{
    private static readonly ImmutableDictionary<string, Func<SlotScenario>> States =
        new Dictionary<string, Func<SlotScenario>>
        {
            ["empty"] = () => new SlotScenario(),
            ["leased"] = () => new SlotScenario().Start("1.0.0"),
            ["leased with a queue"] = () => new SlotScenario().Start("1.0.0").Start("2.0.0"),
            ["free and stable"] = () => new SlotScenario().Given("1.0.0"),
            ["free with an old version"] = () => new SlotScenario().Given("1.0.0").Given("2.0.0"),
            ["taking down"] = () => new SlotScenario().Given("1.0.0").Given("2.0.0").Later("2h"),
            ["leased with an old version"] = () => new SlotScenario().Given("1.0.0").Given("2.0.0").Start("3.0.0"),
            ["waiting, nothing read yet"] = () => new SlotScenario().Start("3.0.0", requires: "cart 1.9.0"),
            ["waiting for another slot"] = () => new SlotScenario().Start("3.0.0", requires: "cart 1.9.0")
                .Heard("cart", 4, "1.8.0"),
            ["waiting, to be rung"] = () => new SlotScenario().Start("3.0.0", requires: "cart 1.9.0")
                .Heard("cart", 4, "1.8.0").ReportAll(new Outcome.Applied()),
            ["waiting for two, with a queue and an old version"] = () => new SlotScenario().Given("1.0.0")
                .Given("2.0.0").Start("3.0.0", requires: ["cart 1.9.0", "catalog 2.0.0"]).Heard("cart", 4, "1.9.0")
                .Start("4.0.0"),
            ["waited for, and never used"] = () => new SlotScenario().Registered("shop", 3),
            ["leased and waited for"] = () => new SlotScenario().Start("1.0.0").Registered("shop", 3),
            ["leased to a release"] = () => new SlotScenario().Claim("autumn"),
            ["leased to a release, with an old version and a queue"] = () => new SlotScenario().Given("1.0.0")
                .Given("2.0.0").Claim("autumn").Start("3.0.0").Claim("winter", minutes: 5),
            ["leased, and claimed"] = () => new SlotScenario().Start("1.0.0").Claim("autumn", minutes: 5),
            ["waiting, nothing read yet, and claimed"] = () => new SlotScenario()
                .Start("3.0.0", requires: "cart 1.9.0").Claim("autumn", minutes: 5),
            ["a release before what waits for another slot"] = () => new SlotScenario()
                .Start("3.0.0", requires: "cart 1.9.0").Heard("cart", 4, "1.8.0").Claim("autumn", minutes: 5),
            ["given back before it was claimed"] = () => new SlotScenario().Return("autumn"),
        }.ToImmutableDictionary();

    private static readonly ImmutableDictionary<string, Action<SlotScenario>> Inputs =
        new Dictionary<string, Action<SlotScenario>>
        {
            ["start"] = slot => slot.Start("9.0.0"),
            ["start of the first version"] = slot => slot.Start("1.0.0"),
            ["superseding start"] = slot => slot.Start("9.0.0", WhenBusy.Supersede),
            ["modest start"] = slot => slot.Start("9.0.0", WhenBusy.Reject),
            ["start that requires"] = slot => slot.Start("9.0.0", requires: ["cart 1.9.0", "search 1.0.0"]),
            ["superseding start that requires otherwise"] = slot => slot.Start(
                "9.0.0", WhenBusy.Supersede, requires: "cart 2.0.0"),
            ["heard that it is so"] = slot => slot.Heard("cart", 9, "1.9.0"),
            ["heard that it is not so"] = slot => slot.Heard("cart", 9, "1.8.9"),
            ["heard of what was never there"] = slot => slot.Heard("cart", 0, null),
            ["heard something old"] = slot => slot.Heard("cart", 2, "1.9.0"),
            ["heard of another"] = slot => slot.Heard("news", 9, "1.9.0"),
            ["rung in vain"] = slot => slot.RungInVain("cart"),
            ["waiter"] = slot => slot.Registered("news", 5),
            ["waiter again"] = slot => slot.Registered("shop", 5),
            ["waiter gone"] = slot => slot.Withdrawn("shop", 4),
            ["old waiter gone"] = slot => slot.Withdrawn("shop", 2),
            ["withdraw"] = slot => slot.Withdraw(2),
            ["withdraw the first"] = slot => slot.Withdraw(1),
            ["end of the first"] = slot => slot.End(1, succeeded: true),
            ["end of the last"] = slot => slot.End(3, succeeded: false),
            ["end of none"] = slot => slot.End(77, succeeded: true),
            ["applied"] = slot => slot.ReportAll(new Outcome.Applied()),
            ["not applied"] = slot => slot.ReportAll(new Outcome.NotApplied("busy")),
            ["refused"] = slot => slot.ReportAll(new Outcome.Refused("no")),
            ["overtaken"] = slot => slot.ReportAll(new Outcome.Overtaken(new Fence(1, 9, 9))),
            ["unknown"] = slot => slot.ReportAll(new Outcome.Unknown("lost")),
            ["report of an effect that is not there"] = slot => slot.Take(
                new SlotInput.OutcomeReported(new(1234, 1, new Outcome.Applied()))),
            ["claim"] = slot => slot.Claim("spring", minutes: 9),
            ["claim of one that goes first"] = slot => slot.Claim("spring", minutes: -9),
            ["superseding claim"] = slot => slot.Claim("spring", minutes: 9, whenBusy: WhenBusy.Supersede),
            ["modest claim"] = slot => slot.Claim("spring", minutes: 9, whenBusy: WhenBusy.Reject),
            ["claim again"] = slot => slot.Claim("autumn"),
            ["newer claim"] = slot => slot.Claim("autumn", number: 7),
            ["returned"] = slot => slot.Return("autumn", number: 5),
            ["completed"] = slot => slot.Return("autumn", number: 5, completed: true),
            ["returned by one that only waits"] = slot => slot.Return("winter"),
            ["end of the release's rollout"] = slot => slot.End(
                slot.Row.State?.Holder?.Rollout.Id.Number ?? 1, succeeded: false),
            ["claim to take back"] = slot =>
            {
                if (slot.Row.State?.Stable is { } stable)
                    slot.Claim("spring", minutes: -9, version: $"{stable.Version}", reverses: new(stable, null));
            },
            ["taken over"] = slot => slot.Adopt("9.0.0"),
            ["taken over as it is"] = slot => slot.Adopt("1.0.0"),
            ["overtaken by hand"] = slot => slot.ReportAll(
                new Outcome.Overtaken(new Fence(1, 9, FenceQuestions.FirstByHand))),
            ["broken"] = slot => slot.Broken(),
            ["broken, but it is another's"] = slot => slot.Broken(holder: 77),
            ["broken, and seen before it is closed"] = slot => slot.Broken()
                .Seen(slot.Row.State?.Stable?.Version.ToString() ?? "1.0.0"),
            ["broken, closed and seen"] = slot => slot.Broken().ReportAll(new Outcome.Applied())
                .Seen(slot.Row.State?.Stable?.Version.ToString() ?? "1.0.0"),
            ["broken, not closed, seen and accepted"] = slot => slot.Broken().ReportAll(new Outcome.Refused("no"))
                .SeenShared("1.0.0", "9.0").Accepted(),
            ["broken, and nothing of it can be read"] = slot => slot.BrokenBy(null),
            ["tick"] = slot => slot.Later("0s"),
            ["late tick"] = slot => slot.Later("3h"),
        }.ToImmutableDictionary();

    public static TheoryData<string, string> All()
    {
        var all = new TheoryData<string, string>();
        foreach (var state in States.Keys)
        {
            foreach (var input in Inputs.Keys) all.Add(state, input);
        }

        return all;
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Leaves_a_slot_in_which_everything_is_consistent(string state, string input)
    {
        var slot = States[state]();
        var generation = slot.Row.State?.Generation ?? 0;
        Inputs[input](slot);
        if (slot.Row.State is not { } after) return;

        // No two rollouts, no two versions: what holds does not wait, what is stable or held is not taken down.
        Assert.DoesNotContain(after.Queue, q => q.Id == after.Holder?.Rollout.Id);
        Assert.Equal(after.Queue.Length, after.Queue.Select(q => q.Id).Distinct().Count());
        Assert.True(
            after.Holder is not null || after.Queue.IsEmpty || after.Restored.IsOpen
                || after.AllWaits.Any(wait => !wait.IsMet()),
            "a free lease and somebody who waits for nothing else");
        Assert.Equal(after.Holder?.Passage, after.Claims.Holder?.Passage);
        Assert.Equal(after.Holder?.Rollout.Version, after.Claims.Holder?.Version ?? after.Holder?.Rollout.Version);
        Assert.DoesNotContain(after.Claims.Waiting, claim => claim.Passage == after.Claims.Holder?.Passage);
        Assert.True(
            after.Holder is not null || after.Claims.Waiting.IsEmpty || after.Restored.IsOpen
                || after.AllWaits.Any(wait => wait.HeardAt is null),
            "a free lease, and a release that waits for nothing");
        Assert.True(
            after.AllWaits.IsEmpty || after is { Holder: null, Queue.IsEmpty: false }, "waits, and nobody for it");
        Assert.Equal(after.AllWaits.Length, after.AllWaits.Select(wait => wait.Requires.Service).Distinct().Count());
        Assert.Equal(after.AllWaiters.Length, after.AllWaiters.Select(waiter => waiter.Who).Distinct().Count());
        Assert.DoesNotContain(after.Retirements, r => r.Version == after.Stable?.Version);
        Assert.DoesNotContain(after.Retirements, r => r.Version == after.Holder?.Rollout.Version);
        Assert.True(after.Holder is null || after.Retirements.All(r => !r.Running), "taken down under a lease");
        Assert.InRange(after.Generation, generation, int.MaxValue);

        Assert.True(after.Broken is null || after is { Holder: null, Restored.IsOpen: true }, "broken, and not shut");
        Assert.True(
            after.Broken is not { IsSettled: false }
                || slot.Row.Outbox.Any(entry => entry is { IsPending: true, Effect.Action: EffectAction.CloseSlot }),
            "shut for ever");

        // Something is scheduled for everything that is still to be done.
        Assert.True(
            after.Holder is not null || after.Restored is Restored.Differs
                || (after.Retirements.All(old => old.AfterNext) && after.AllWaits.IsEmpty)
                || slot.Row.NextWake is not null,
            "never woken again");
        Assert.All(after.AllWaits, wait => Assert.True(slot.Row.NextWake <= wait.ReadAt, "read too late"));
        Assert.All(after.AllWaits, wait => Assert.True(
            wait.Number == 0 || wait.Registered || slot.Row.Outbox.Any(entry => entry.IsPending
                && entry.Effect.Action is EffectAction.RegisterWaiter asked && asked.Number == wait.Number
                && asked.Number == entry.Effect.Ordinal),
            "nobody asks to be rung"));
        var begins = slot.Row.Outbox.Select(e => e.Effect.Action).OfType<EffectAction.BeginRollout>();
        Assert.All(begins, begin => Assert.Equal(after.Holder?.Rollout.Id, begin.Rollout));
    }
}
