using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Leases;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Tests.Releases;

/// <summary>What would carry it out is not known: perhaps that is why.</summary>
public sealed class WhenAReleaseIsAbortedBeforeItBegins
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    private static readonly PassageId Id = PassageId.From("shop-2026.11.3.production.1");

    private static readonly ActorName Anna = ActorName.From("anna");

    private static readonly PassageSpec Spec = PassageSpec.Nothing(Id.Release, Id.Environment);

    private readonly PassageDecider _decider = new(Spec);

    [Fact]
    public void It_has_ended_tells_its_release_so_and_never_begins()
    {
        var (row, told) = Withdrawn();

        Assert.Equal(PassagePhase.Cancelled, row.State!.Phase);
        Assert.Equal(new EffectAction.ReportPassage(Id, PassagePhase.Cancelled), Assert.Single(told).Action);
        var late = new PassageInput.Begin(Id, "sha256:release", Anna, Rank.Of(Id, Now, 0));
        Assert.IsType<StepResult<PassageState>.Unchanged>(_decider.Step(row, late, null, epoch: 1, Now));

        var explained = ExplainPassage.Of(Spec, row, _ => null, Now);
        Assert.Equal("aborted by anna: too late", Assert.Single(explained.Because));
    }

    [Fact]
    public void Said_once_more_it_is_the_same_command()
    {
        var (row, _) = Withdrawn();

        var again = _decider.Step(row, new PassageInput.Abort(Anna, "too late"), Command("one"), epoch: 1, Now);
        Assert.IsType<StepResult<PassageState>.Unchanged>(again);
        var other = _decider.Step(row, new PassageInput.Abort(Anna, null), Command("two"), epoch: 1, Now);
        Assert.Equal(
            RefusalCodes.AlreadyEnded, Assert.IsType<StepResult<PassageState>.Refused>(other).Refusal.Code);
    }

    [Fact]
    public void One_that_has_begun_meanwhile_is_taken_back_as_by_any_abort()
    {
        var release = new PassageScenario("catalog").Leased();

        release.Take(new PassageInput.Withdraw(PassageScenario.Id, "sha256:nothing", Anna, null));

        Assert.IsType<PassageStage.Halting>(release.State.Stage);
    }

    [Fact]
    public void Who_would_not_take_the_ground_from_others_is_asked_again_where_it_has_begun_meanwhile()
    {
        var release = new PassageScenario("catalog").Leased();
        var withdraw = new PassageInput.Withdraw(
            PassageScenario.Id, "sha256:nothing", Anna, "slow", WhenBuiltOn.Refuse);

        Assert.Equal("who stands on it is not known: it has begun meanwhile", release.Ask(withdraw)!.Reason);
        Assert.IsType<PassageStage.Moving>(release.State.Stage);
        // Given once more it is the same command.
        Assert.Equal(
            ((IStatesBody)new PassageInput.Abort(Anna, "slow", WhenBuiltOn: WhenBuiltOn.Refuse)).Body, withdraw.Body);
    }

    private (Row<PassageState> Row, IReadOnlyList<Effect> Told) Withdrawn()
    {
        var withdraw = new PassageInput.Withdraw(Id, "sha256:nothing", Anna, "too late");
        var written = Assert.IsType<StepResult<PassageState>.Written>(_decider.Step(
            Row<PassageState>.Empty, withdraw, Command("one"), epoch: 1, Now));
        return (
            written.Row, Vocabulary.Read<Transition<PassageInput, PassageEvent>>(written.Transition).Effects);
    }

    private static Command Command(string id) => new(CommandId.From(id), Anna);
}
