using System.Globalization;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Promotion;
using OrleansRelease.Core.Releases;

namespace OrleansRelease.Core.Tests.Promotion;

/// <summary>Random ways, passages, measurements and people; after each word everything is as it must be.</summary>
public sealed class WhenManyThingsHappenToARelease
{
    private const int Seeds = 300;

    private static readonly string[] Ways =
    [
        "a", "a; b: a", "a; b: a 10m; c: b", "a; b; c: a, b 5m", "a; b: a; c: a 30m; d: b, c",
    ];

    [Fact]
    public void Something_is_always_scheduled_until_the_end_or_a_person_has_to_look()
    {
        var phases = new HashSet<ReleasePhase>();
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var dice = new Random(seed);
            var release = new ReleaseScenario(Ways[dice.Next(Ways.Length)]);
            release.Start();
            for (var step = 0; step < 60; step++)
            {
                Act(release, dice);
                Check(release, seed);
                phases.Add(release.State.Phase);
            }
        }

        Assert.Equal(Enum.GetValues<ReleasePhase>().ToHashSet(), phases);
    }

    private static void Act(ReleaseScenario release, Random dice)
    {
        var leg = release.State.Legs[dice.Next(release.State.Legs.Length)];
        var where = $"{leg.Environment}";
        switch (dice.Next(8))
        {
            case 0:
                release.Start(dice.Next(3) == 0 ? null : where, dice.Next(-3, 4));
                break;
            case 1 when leg.Stage is LegStage.UnderWay:
                release.Ended(where, dice.Next(3) == 0 ? PassagePhase.RolledBack : PassagePhase.Succeeded);
                break;
            case 2 when release.Row.Outbox.Any(entry => entry.IsPending
                && entry.Effect.Action is EffectAction.BeginPassage begin
                && begin.Passage.Environment == leg.Environment):
                release.Answered(where, dice.Next(4) == 0 ? new Outcome.Refused("no") : new Outcome.Applied());
                break;
            case 3 or 4 when leg.Stage is LegStage.Completed:
                release.Measured(where, "2m", dice.Next(5) == 0 ? Verdict.Fail : Verdict.Pass);
                break;
            case 5 when leg.Stage is LegStage.Completed && dice.Next(10) == 0:
                release.Take(new ReleaseInput.SoakReplaced(release.PassageIn(where), "gone"));
                break;
            case 6:
                release.Ask(new ReleaseInput.Pause(leg.Environment, ReleaseScenario.Anna, null));
                break;
            case 7:
                release.Ask(new ReleaseInput.Resume(leg.Environment, ReleaseScenario.Anna, null));
                break;
            default:
                release.Take(new ReleaseInput.Tick());
                break;
        }
    }

    private static void Check(ReleaseScenario release, int seed)
    {
        var (row, state) = (release.Row, release.State);
        var story = string.Create(CultureInfo.InvariantCulture, $"seed {seed}: {Vocabulary.Write(state)}");
        var told = state.Phase is ReleasePhase.Stopped or ReleasePhase.Paused or ReleasePhase.Succeeded;
        // What moves reports its end until it is heard; whether it was begun, the release says until that is heard.
        var moves = state.Phase == ReleasePhase.Progressing;
        Assert.True(told || moves || release.Wake is not null, story);
        // Nothing moves there before all that comes before has completed, and nothing begins twice at a time.
        foreach (var begin in release.Told.OfType<EffectAction.BeginPassage>())
        {
            var leg = state.LegOf(begin.Passage.Environment)!;
            Assert.True(!state.Missing(leg).Any() && leg.Passages == begin.Passage.Number, story);
        }

        // Where it may begin by itself it has.
        Assert.True(!state.Next.Any(leg => leg.Held is null && !state.Missing(leg).Any()), story);
        Assert.All(state.Legs, leg => Assert.True(leg.Passages > 0 || leg.Stage is LegStage.Ahead, story));
        var explained = ExplainRelease.Of(row, release.Now);
        Assert.NotEmpty(explained.Because);
        Assert.True(
            state.Phase == ReleasePhase.Succeeded || explained.Moves.Length > 0,
            $"nothing would move it. {story}");
    }
}
