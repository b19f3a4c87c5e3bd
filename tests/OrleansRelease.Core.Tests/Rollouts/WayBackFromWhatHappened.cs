using System.Collections.Immutable;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Tests.Rollouts;

/// <summary>The plan back is made of the effects that happened or may have happened, and of nothing else.</summary>
public sealed class WayBackFromWhatHappened
{
    private static readonly SlotKey Slot = SlotKey.From("shop.production");

    private static readonly VersionName Old = VersionName.From("1.0");

    private static readonly VersionName New = VersionName.From("2.0");

    private static readonly EffectAction Deploy = new EffectAction.Deploy(Slot, New, "sha256:two");

    private static readonly EffectAction Traffic =
        new EffectAction.SetTraffic(Slot, new(Old, New, Weight.Percent(5)), "sha256:two");

    [Theory]
    [InlineData(EffectStatus.Applied, false, false, true)]
    [InlineData(EffectStatus.Applied, false, true, true)]
    // Nobody knows.
    [InlineData(EffectStatus.Unknown, false, false, true)]
    [InlineData(EffectStatus.Unknown, false, true, true)]
    // Not tried yet; under way; tried before without an answer.
    [InlineData(EffectStatus.Pending, false, false, false)]
    [InlineData(EffectStatus.Pending, true, false, true)]
    [InlineData(EffectStatus.Pending, false, true, true)]
    [InlineData(EffectStatus.Pending, true, true, true)]
    // The last attempt did nothing, but an earlier one may still arrive.
    [InlineData(EffectStatus.NotApplied, false, false, false)]
    [InlineData(EffectStatus.NotApplied, false, true, true)]
    [InlineData(EffectStatus.Refused, false, false, false)]
    [InlineData(EffectStatus.Refused, false, true, true)]
    // Somebody else holds the slot: nothing of it is ours to undo.
    [InlineData(EffectStatus.Overtaken, false, false, false)]
    [InlineData(EffectStatus.Overtaken, false, true, false)]
    public void What_may_have_happened_is_undone_and_what_cannot_is_left_alone(
        EffectStatus status, bool running, bool inDoubt, bool undone)
    {
        var deployed = Entry(Deploy) with { Status = status, Running = running, InDoubt = inDoubt };
        var shifted = Entry(Traffic) with { Status = status, Running = running, InDoubt = inDoubt };

        Assert.Equal(undone ? ["retire 2.0"] : [], Plan(Old, deployed));
        Assert.Equal(undone ? ["check 1.0", "100 % to 1.0"] : [], Plan(Old, shifted));
    }

    [Fact]
    public void Nothing_happened_nothing_is_undone() => Assert.Empty(Plan(Old));

    [Fact]
    public void A_version_without_requests_is_only_taken_down() =>
        Assert.Equal(["retire 2.0"], Plan(Old, Entry(Deploy)));

    [Fact]
    public void Requests_go_back_to_a_checked_version_before_the_new_one_is_taken_down() =>
        Assert.Equal(["check 1.0", "100 % to 1.0", "retire 2.0"], Plan(Old, Entry(Deploy), Entry(Traffic)));

    [Fact]
    public void Many_shares_are_one_step_back() => Assert.Equal(
        ["check 1.0", "100 % to 1.0", "retire 2.0"],
        Plan(Old, Entry(Deploy), Entry(Traffic), Entry(Traffic), Entry(Traffic)));

    [Fact]
    public void A_first_version_leaves_nothing_that_answers() =>
        Assert.Equal(["nothing answers", "retire 2.0"], Plan(null, Entry(Deploy), Entry(Traffic)));

    [Theory]
    [InlineData(Direction.Back)]
    [InlineData(Direction.Neutral)]
    public void Only_what_led_forward_is_undone(Direction direction)
    {
        var entry = Entry(Deploy);

        Assert.Empty(Plan(Old, entry with { Effect = entry.Effect with { Direction = direction } }));
    }

    [Fact]
    public void What_was_only_said_needs_no_undoing() =>
        Assert.Empty(Plan(Old, Entry(new EffectAction.RequestPermit(RolloutId.From("shop.production.2"), 1))));

    [Fact]
    public void The_longest_one_undoes_everything()
    {
        Assert.Equal(["check 1.0", "100 % to 1.0", "retire 2.0"], Text(WayBack.Longest(Old, New)));
        Assert.Equal(["nothing answers", "retire 2.0"], Text(WayBack.Longest(null, New)));
    }

    private static OutboxEntry Entry(EffectAction action) => new(
        new Effect(1, new Fence(1, 2, 1), Direction.Forward, action, EffectLimits.Internal),
        EffectStatus.Applied, 1, false, DateTimeOffset.UnixEpoch);

    private static IEnumerable<string> Plan(VersionName? baseline, params ImmutableArray<OutboxEntry> outbox) =>
        Text(WayBack.From(baseline, New, outbox));

    private static IEnumerable<string> Text(WayBack plan) => plan.Steps.Select(step => step switch
    {
        UndoStep.EnsureBaseline ensure => $"check {ensure.Version}",
        UndoStep.RestoreTraffic { Split: { Baseline: { } to } split } => $"{split.WeightOf(to)} to {to}",
        UndoStep.RestoreTraffic { Split: var split } when split.CandidateWeight == Weight.None => "nothing answers",
        UndoStep.RetireCandidate retire => $"retire {retire.Version}",
        _ => $"{step}",
    });
}
