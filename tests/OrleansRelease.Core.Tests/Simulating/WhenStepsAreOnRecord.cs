using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Simulating;
using OrleansRelease.Core.Tests.Rollouts;
using static OrleansRelease.Core.Rollouts.RolloutEvent;

namespace OrleansRelease.Core.Tests.Simulating;

/// <summary>Deploy, 5 %, pause 10m, 100 %, verify 2m.</summary>
public sealed class WhenStepsAreOnRecord
{
    private static readonly ServiceName Service = ServiceName.From("shop");

    private static readonly DateTimeOffset Began = new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero);

    private static readonly WayBack Back = WayBack.Longest(VersionName.From("1.0"), VersionName.From("2.0"));

    [Fact]
    public void Each_took_from_its_effect_to_the_next_and_the_middle_one_counts()
    {
        var known = PastSteps.Of(Service, [Succeeded(20), Succeeded(30), Succeeded(600)]);

        Assert.Equal(
            ["100 % 5s 3", "5 % 5s 3", "deploy 30s 3", "pause 10m 10m 3", "verify 2m 2m 3"],
            known.Select(one => $"{one.Step} {Core.Units.Duration.Format(one.Median)} {one.Samples}"));
        Assert.All(known, one => Assert.Equal(Service, one.Service));
        // Of two the longer one.
        Assert.Equal(
            TimeSpan.FromSeconds(30),
            PastSteps.Of(Service, [Succeeded(20), Succeeded(30)]).Single(one => one.Step == "deploy").Median);
    }

    /// <summary>Evidence is there after a minute, five seconds of its query, and what a fact is good for.</summary>
    [Theory]
    [InlineData(75, 675)]
    [InlineData(76, 600)]
    public void What_the_next_one_waits_for_evidence_is_a_part_of_it_and_a_freeze_is_not(int waits, int seconds)
    {
        var known = PastSteps.Of(Service, [Past(
            (0, [Enter(1), new Acted(1, null)]), (5, [Enter(2)]), (605, [Enter(3)]),
            (605 + waits, [new Acted(2, null)]), (610 + waits, [Enter(4)]), (900, [new Verified()]))]);

        Assert.Equal(
            TimeSpan.FromSeconds(seconds), known.Single(one => one.Step == "pause 10m").Median);
        Assert.Equal(TimeSpan.FromSeconds(5), known.Single(one => one.Step == "100 %").Median);
    }

    [Fact]
    public void A_part_of_a_release_is_at_its_end_when_it_is_verified_however_long_the_others_take()
    {
        var known = PastSteps.Of(Service, [Past(
            (0, [Enter(4)]), (120, [new Verified()]), (7200, [new Finished(Phase.Succeeded, null)]))]);

        Assert.Equal(TimeSpan.FromMinutes(2), Assert.Single(known).Median);
    }

    [Fact]
    public void What_a_person_has_held_or_helped_and_nobody_could_judge_says_nothing()
    {
        RolloutEvent[] disturbed =
        [
            new PausedByPerson(ActorName.From("anna"), null),
            new Overridden("pause 10m", ActorName.From("anna"), null),
            new EvidenceLost("signals/errors", Verdict.NoData, "silence", null),
        ];
        Assert.All(disturbed, happened => Assert.Equal(
            ["5 %", "deploy"],
            PastSteps.Of(Service, [Past(
                (0, [Enter(0), new Acted(1, null)]), (9, [Enter(1), new Acted(2, null)]), (14, [Enter(2)]),
                (20, [happened]), (700, [Enter(3)]))]).Select(one => one.Step)));
    }

    [Fact]
    public void A_way_back_is_known_by_what_it_does_whatever_the_versions_are()
    {
        var known = PastSteps.Of(Service, [Past(
            (0, [Enter(0), new Acted(1, null)]),
            (9, [new WentBack(new Cause.Person(ActorName.From("anna"), null), Back, 2, Began)]),
            (12, [new Undone(3)]), (14, [new Undone(4)]),
            (15, [new Undone(5), new Finished(Phase.RolledBack, null)]))]);

        Assert.Equal(
            ["ensure-baseline 3s", "restore-traffic 2s", "retire-candidate 1s"],
            known.Select(one => $"{one.Step} {Core.Units.Duration.Format(one.Median)}"));
    }

    [Fact]
    public void What_another_build_has_written_is_left_out() => Assert.Equal(
        2, PastSteps.Of(Service,
        [
            Succeeded(20), Succeeded(20),
            Succeeded(20) with { Transitions = [new(Began, """{"events":[{"$type":"unheard-of"}]}""")] },
        ])[0].Samples);

    private static PastRollout Succeeded(int deploy) => Past(
        (0, [Enter(0)]), (7, [new Acted(1, null)]), (7 + deploy, [Enter(1), new Acted(2, null)]),
        (12 + deploy, [Enter(2)]), (612 + deploy, [Enter(3), new Acted(3, null)]), (617 + deploy, [Enter(4)]),
        (737 + deploy, [new Finished(Phase.Succeeded, null)]));

    private static StepEntered Enter(int step) => new(step, new Work.Gated());

    private static PastRollout Past(params (int Second, RolloutEvent[] Events)[] happened) => new(
        RolloutId.From("shop.production.1"), Vocabulary.Write(RolloutScenario.Plain),
        [
            .. happened.Select((one, i) => new PastTransition(
                Began.AddSeconds(one.Second), Vocabulary.Write(new Transition<RolloutInput, RolloutEvent>(
                    i + 1, "", Began.AddSeconds(one.Second), 1, 1, "sha256:two", null, new RolloutInput.Tick(),
                    [.. one.Events], [], [], null)))),
        ]);
}
