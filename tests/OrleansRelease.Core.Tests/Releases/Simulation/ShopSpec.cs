using System.Collections.Immutable;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Tests.Rollouts;
using OrleansRelease.Core.Tests.Simulation;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Tests.Releases.Simulation;

/// <summary>
/// How one service of a shop is rolled out in a world: at once or through canaries, judged often or seldom, by few bad
/// windows or one. The same for all its versions.
/// </summary>
internal static class ShopSpec
{
    public static RolloutSpec Make(Dice dice) => RolloutScenario.Plain with
    {
        Steps = Steps(dice),
        Background =
        [
            RolloutScenario.Plain.Background[0] with
            {
                Limits = new(
                    TimeSpan.FromSeconds(dice.Between(5, 15)), TimeSpan.FromSeconds(1),
                    dice.Chance(0.3) ? dice.Seconds(1, 5) : TimeSpan.Zero, null, dice.Chance(0.3) ? 1 : 0, 3,
                    dice.Between(0, 3), dice.Between(0, 3), null, 10),
            },
        ],
        Undecided = new(
            dice.Seconds(30, 120), dice.Chance(0.8) ? UndecidedThen.Rollback : UndecidedThen.Hold),
    };

    private static ImmutableArray<Step> Steps(Dice dice)
    {
        var steps = ImmutableArray.CreateBuilder<Step>();
        steps.Add(new Step.Deploy());
        var canaries = dice.Chance(0.6) ? 0 : dice.Between(1, 2);
        for (var i = 1; i <= canaries; i++)
        {
            steps.Add(new Step.SetWeight(Weight.Percent(i * dice.Between(1, 40))));
            if (dice.Chance(0.7)) steps.Add(new Step.Pause(dice.Seconds(1, 20)));
        }

        steps.Add(new Step.SetWeight(Weight.All));
        steps.Add(new Step.Verify(dice.Seconds(10, 30)));
        return steps.ToImmutable();
    }
}
