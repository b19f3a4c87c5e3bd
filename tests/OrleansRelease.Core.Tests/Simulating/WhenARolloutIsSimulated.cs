using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Simulating;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Tests.Releases;
using OrleansRelease.Core.Tests.Rollouts;
using OrleansRelease.Core.Tests.Simulation;

namespace OrleansRelease.Core.Tests.Simulating;

/// <summary>
/// A simulation plays each rollout by a clock. It does what the rules decide that carry one out: the same steps in the
/// same order, forward and back from a failure after any of them, and in the time that is on record of it.
/// </summary>
public sealed class WhenARolloutIsSimulated
{
    private const int Specs = 150;

    private static readonly History Nothing = (_, _) => null;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void It_goes_as_its_rules_have_it_and_by_its_record_as_long(bool isFirst)
    {
        foreach (var spec in Enumerable.Range(1, Specs).Select(SpecOf))
        {
            var played = new PlayedRollout(spec, failsAfter: null, isFirst);
            var (declared, known) = (Simulate(spec, isFirst, Nothing), Simulate(spec, isFirst, HistoryOf(played)));

            Assert.Equal(Phase.Succeeded, played.End);
            Assert.Equal(played.Forward, Texts(declared, isBack: false));
            if (!IsTold(spec)) continue;
            Assert.Equal(played.Took, known.Took);
            // What manifests declare is never too long: a pause waits for its last window.
            Assert.All(known.Timeline.Zip(declared.Timeline), step => Assert.True(
                step.Second.Expected.Source != DurationSource.Declared
                || step.First.Expected.Time >= step.Second.Expected.Time,
                $"{step.Second.Text} took {step.First.Expected.Time}"));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void From_a_failure_after_any_step_it_goes_back_as_its_rules_have_it(bool isFirst)
    {
        foreach (var (spec, step) in Enumerable.Range(1, Specs).Select(SpecOf)
            .SelectMany(spec => Enumerable.Range(0, spec.Steps.Length - 1).Select(step => (spec, step))))
        {
            var played = new PlayedRollout(spec, step, isFirst);
            var simulated = Simulate(spec, isFirst, HistoryOf(played), step);

            Assert.True(played.End is Phase.RolledBack or Phase.Cancelled, $"{played.End}");
            Assert.Equal(played.Forward.Take(step + 1), Texts(simulated, isBack: false));
            Assert.Equal(played.Back, Texts(simulated, isBack: true));
        }
    }

    // Of two steps of one name the record tells the middle of both, and of a person's pause nothing.
    private static bool IsTold(RolloutSpec spec) =>
        spec.Steps.CountBy(StepNames.Of).All(one => one.Value == 1)
        && !spec.Steps.Any(step => step is Step.Pause { Duration: null });

    private static IEnumerable<string> Texts(SimulatedRelease release, bool isBack) =>
        release.Timeline.Where(step => step.IsBack == isBack).Select(step => step.Text.Split(", late calls")[0]);

    private static History HistoryOf(PlayedRollout played)
    {
        var known = PastSteps.Of(RolloutScenario.Id.Slot.Service, [played.Past]).ToDictionary(one => one.Step);
        return (_, step) => known.GetValueOrDefault(step) is { } one ? new(one.Median, one.Samples) : null;
    }

    private static SimulatedRelease Simulate(RolloutSpec spec, bool isFirst, History history, int? failsAfter = null) =>
        ReleaseSimulator.Run(
            PassageScenario.SpecOf(Graph.Of($"{spec.Service}")),
            new Dictionary<ServiceName, SimulatedSlot>
            {
                [spec.Service] = SimulatedSlot.Of(spec, isFirst ? null : VersionName.From("1.0")),
            },
            history, failsAfter is { } step ? new(spec.Service, step) : null);

    private static RolloutSpec SpecOf(int seed) => HooksOfASeed.Of(seed, SpecOfASeed.Make(new Dice(seed))) with
    {
        Service = RolloutScenario.Id.Slot.Service,
        Version = VersionName.From("2.0"),
    };
}
