using System.Collections.Immutable;
using OrleansRelease.Core.Effects;
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
        }.ToImmutableDictionary();

    private static readonly ImmutableDictionary<string, Action<SlotScenario>> Inputs =
        new Dictionary<string, Action<SlotScenario>>
        {
            ["start"] = slot => slot.Start("9.0.0"),
            ["start of the first version"] = slot => slot.Start("1.0.0"),
            ["superseding start"] = slot => slot.Start("9.0.0", WhenBusy.Supersede),
            ["modest start"] = slot => slot.Start("9.0.0", WhenBusy.Reject),
            ["withdraw"] = slot => slot.Withdraw(2),
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
        Assert.True(after.Holder is not null || after.Queue.IsEmpty, "a free lease and somebody who waits for it");
        Assert.DoesNotContain(after.Retirements, r => r.Version == after.Stable?.Version);
        Assert.DoesNotContain(after.Retirements, r => r.Version == after.Holder?.Rollout.Version);
        Assert.True(after.Holder is null || after.Retirements.All(r => !r.Running), "taken down under a lease");
        Assert.InRange(after.Generation, generation, int.MaxValue);

        // Something is scheduled for everything that is still to be done.
        Assert.True(
            after.Holder is not null || after.Retirements.IsEmpty || slot.Row.NextWake is not null,
            "never woken again");
        var begins = slot.Row.Outbox.Select(e => e.Effect.Action).OfType<EffectAction.BeginRollout>();
        Assert.All(begins, begin => Assert.Equal(after.Holder?.Rollout.Id, begin.Rollout));
    }
}
