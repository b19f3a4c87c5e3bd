using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Tests.Rollouts;

/// <summary>
/// What every input does in every stage, as one table. A stage or an input that is added without a row or a column
/// fails; so does any answer that has become another.
/// </summary>
public sealed class EveryStageAndInput
{
    private static readonly RolloutInput Yield = new RolloutInput.Yield(RolloutId.From("shop.production.3"));

    private static readonly Reading Good = new Reading.Counts(0, 100);

    private static readonly Reading Bad = new Reading.Counts(50, 100);

    private static readonly Dictionary<string, Func<RolloutScenario>> Stages = new()
    {
        ["pending"] = () => new(),
        ["gated"] = () => new RolloutScenario().Permitted(),
        ["acting"] = () => new RolloutScenario().Permitted().Healthy(),
        ["acting on traffic"] = () => new RolloutScenario().Permitted().Healthy().Applied().Healthy(),
        ["resting"] = () => new RolloutScenario().AtFivePercent(),
        ["judging"] = () => new RolloutScenario(WithAnalysisStep).AtFivePercent(),
        ["covering"] = Covering,
        ["paused"] = () => Paused(new RolloutScenario().AtFivePercent()),
        ["held"] = Held,
        ["held and paused"] = () => Paused(Held()),
        ["going back"] = GoingBack,
        ["stuck"] = () => GoingBack().Outcome(new Outcome.Refused("forbidden")),
        ["succeeded"] = () => Measured(Covering(), Good, 4),
        ["rolled back"] = () => GoingBack().Applied().Applied().Applied(),
        ["cancelled"] = () => Aborted(new RolloutScenario()),
        ["superseded"] = () => new RolloutScenario().Take(Yield),
    };

    private static readonly Dictionary<string, Func<RolloutScenario, RolloutInput>> Inputs = new()
    {
        ["begin"] = _ => new RolloutInput.Begin(
            RolloutId.From("shop.production.2"), 2, VersionName.From("1.0"), VersionName.From("2.0"), "sha256:two",
            RolloutScenario.Anna),
        ["permit"] = _ => new RolloutInput.PermitGranted(),
        ["tick"] = _ => new RolloutInput.Tick(),
        ["applied"] = rollout => Reported(rollout, new Outcome.Applied()),
        ["refused"] = rollout => Reported(rollout, new Outcome.Refused("forbidden")),
        ["overtaken"] = rollout => Reported(rollout, new Outcome.Overtaken(new Fence(1, 9, 1))),
        ["unknown"] = rollout => Reported(rollout, new Outcome.Unknown("no answer")),
        ["answered"] = _ => new RolloutInput.Answered([], null),
        ["yield"] = _ => Yield,
        ["pause"] = _ => new RolloutInput.Pause(RolloutScenario.Anna, null),
        ["resume"] = _ => new RolloutInput.Resume(RolloutScenario.Anna, null),
        ["promote"] = _ => new RolloutInput.Promote(RolloutScenario.Anna, null),
        ["retry"] = _ => new RolloutInput.Retry(RolloutScenario.Anna, null),
        ["abort"] = _ => new RolloutInput.Abort(RolloutScenario.Anna, null),
    };

    [Fact]
    public void Gives_the_answer_of_the_table()
    {
        var table = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Rollouts", "every-stage-and-input.txt"));
        var actual = Stages.SelectMany(stage => Inputs.Select(input => Line(stage.Key, input.Key))).ToList();
        Assert.True(table.SequenceEqual(actual), $"every-stage-and-input.txt should be:\n{string.Join('\n', actual)}");
    }

    [Fact]
    public void Every_kind_of_stage_work_and_input_is_in_the_table()
    {
        var states = Stages.Values.Select(stage => stage().State).ToList();
        Assert.Equal(CasesOf<Stage>(), states.Select(state => state.Stage.GetType()).ToHashSet());
        Assert.Equal(CasesOf<Work>(), states.Select(state => state.Work).OfType<Work>().Select(w => w.GetType())
            .ToHashSet());
        Assert.Equal(Enum.GetValues<Phase>().ToHashSet(), states.Select(state => state.Phase).ToHashSet());
        Assert.Equal(
            CasesOf<RolloutInput>(), Inputs.Values.Select(input => input(new()).GetType()).ToHashSet());
    }

    private static HashSet<Type> CasesOf<T>() => [.. typeof(T).GetNestedTypes()];

    private static string Line(string stage, string name)
    {
        var rollout = Stages[stage]();
        var input = Inputs[name](rollout);
        var isCommand = input is RolloutInput.Pause or RolloutInput.Resume or RolloutInput.Promote
            or RolloutInput.Retry or RolloutInput.Abort;
        return $"{stage,-18}{name,-10}{rollout.Would(input, isCommand)}";
    }

    // Where nothing is pending any more it is an outcome that comes again, or late.
    private static RolloutInput Reported(RolloutScenario rollout, Outcome outcome)
    {
        var entry = rollout.Pending ?? rollout.Row.Outbox.LastOrDefault();
        return new RolloutInput.OutcomeReported(new(entry?.Effect.Ordinal ?? 1, entry?.Attempt ?? 1, outcome));
    }

    private static RolloutSpec WithAnalysisStep(RolloutSpec spec) => spec with
    {
        Steps =
        [
            new Step.Deploy(), new Step.SetWeight(Weight.Percent(5)),
            new Step.Analyse([spec.Background[0] with { Limits = spec.Background[0].Limits with { Count = 5 } }]),
            new Step.SetWeight(Weight.All), new Step.Verify(TimeSpan.FromMinutes(2)),
        ],
    };

    private static RolloutScenario Measured(RolloutScenario rollout, Reading reading, int minutes)
    {
        for (var minute = 0; minute < minutes; minute++)
            rollout.After(TimeSpan.FromMinutes(1)).Measured(reading);
        return rollout;
    }

    private static RolloutScenario Covering() =>
        Measured(new RolloutScenario().AtFivePercent(), Good, 11).Healthy().Applied();

    private static RolloutScenario Held() =>
        Measured(new RolloutScenario().AtFivePercent(), new Reading.NoData("empty"), 6);

    private static RolloutScenario GoingBack() => Measured(new RolloutScenario().AtFivePercent(), Bad, 4);

    private static RolloutScenario Paused(RolloutScenario rollout)
    {
        Assert.Null(rollout.Ask((actor, reason) => new RolloutInput.Pause(actor, reason)));
        return rollout;
    }

    private static RolloutScenario Aborted(RolloutScenario rollout)
    {
        Assert.Null(rollout.Ask((actor, reason) => new RolloutInput.Abort(actor, reason)));
        return rollout;
    }
}
