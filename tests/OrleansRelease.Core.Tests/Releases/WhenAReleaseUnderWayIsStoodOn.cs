using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Planning;
using OrleansRelease.Core.Releases;

namespace OrleansRelease.Core.Tests.Releases;

public sealed class WhenAReleaseUnderWayIsStoodOn
{
    private static readonly StandsOn Winter = new(
        PassageId.From("winter.production.1"), ServiceName.From("mail"), VersionName.From("3.0"),
        PassageScenario.Began.AddHours(1), ServiceName.From("catalog"));

    [Fact]
    public void Others_may_stand_on_a_service_since_it_was_verified_until_it_is_back()
    {
        var release = Scenario();
        Assert.Empty(release.State.StoodOn(release.Spec));

        release.Verified("catalog");
        var at = release.Now;
        release.After(TimeSpan.FromMinutes(1));
        Assert.Equal($"catalog 2.0 {at:O}", Stood(release));
        var stable = release.State.StoodOn(release.Spec).Values.Single();
        Assert.Equal((PassageScenario.Id, "sha256:two"), (stable.Passage, stable.SpecHash));

        release.Failed("web").Halted("catalog");
        Assert.Equal(PassagePhase.RollingBack, release.State.Phase);
        Assert.Equal($"catalog 2.0 {at:O}", Stood(release));

        release.Back("web catalog");
        Assert.Equal("", Stood(release));
    }

    [Fact]
    public void Of_a_build_that_did_not_write_when_all_that_completed_since_it_began_may_stand_on_it()
    {
        var release = Scenario().Verified("catalog");
        var before = release.State with
        {
            Parts = [.. release.State.Parts.Select(part => part with { VerifiedAt = null })],
        };

        Assert.Equal(before.CreatedAt, before.StoodOn(release.Spec).Values.Single().Since);
    }

    [Fact]
    public void What_it_has_found_there_already_is_not_taken_back_so_nobody_loses_it()
    {
        var release = new PassageScenario("catalog; web: catalog", spec => spec with
        {
            Services = [.. spec.Services.Select(entry => entry with { Version = VersionName.From("1.0") })],
        }).Leased().Verified("catalog");

        Assert.Empty(release.State.StoodOn(release.Spec));
    }

    [Fact]
    public void Its_plan_and_its_explanation_name_them_also_when_it_goes_back_by_itself()
    {
        var release = Scenario().Verified("catalog");
        AssertNamed(release, new([Winter]), $"{Winter}");
        AssertNamed(release, new(null, "slot x"), "who stands on it is not known: slot x");

        release.Failed("web");
        Assert.Equal(PassagePhase.RollingBack, release.State.Phase);
        AssertNamed(release, new([Winter]), $"{Winter}");
    }

    [Fact]
    public void An_abort_waits_for_nobody_and_has_on_record_whom_it_takes_the_ground_from()
    {
        var release = Scenario().Verified("catalog");

        release.Asked(new PassageInput.Abort(PassageScenario.Anna, null, [Winter]));

        var halting = Assert.IsType<PassageStage.Halting>(release.State.Stage);
        Assert.Equal(Winter, Assert.Single(Assert.IsType<PassageCause.Person>(halting.Cause).StandOn!.Value));
        release.Halted("catalog web").Back("web catalog");
        Assert.Equal(PassagePhase.RolledBack, release.State.Phase);
        Assert.Equal(
            ["aborted by anna", $"{Winter}"],
            PassageReasons.Of(release.Spec, release.State, release.Now).AsEnumerable());
    }

    [Theory]
    [InlineData(WhenBuiltOn.Refuse)]
    [InlineData(WhenBuiltOn.Include)]
    public void An_abort_with_care_takes_nothing_back_while_others_stand_on_it(WhenBuiltOn whenBuiltOn)
    {
        var release = Scenario().Verified("catalog");
        var careful = new PassageInput.Abort(PassageScenario.Anna, null, WhenBuiltOn: whenBuiltOn);

        var refused = release.Ask(careful with { StandOn = [Winter] })!;
        Assert.Equal((RefusalCodes.BuiltOn, $"{Winter}"), (refused.Code, refused.Reason));
        Assert.Contains("orel release rollback winter -e production", refused.Accepted, StringComparison.Ordinal);
        Assert.Equal(
            "who stands on it is not known: slot x", release.Ask(careful with { StandOnNotKnown = "slot x" })!.Reason);
        Assert.IsType<PassageStage.Moving>(release.State.Stage);

        Assert.Null(release.Ask(careful));
        Assert.IsType<PassageStage.Halting>(release.State.Stage);
    }

    [Fact]
    public void Or_it_pauses_and_a_person_decides()
    {
        var release = Scenario().Verified("catalog");
        var careful = new PassageInput.Abort(PassageScenario.Anna, "too slow", [Winter], WhenBuiltOn: WhenBuiltOn.Hold);

        release.Asked(careful);
        Assert.Equal(PassagePhase.Paused, release.State.Phase);
        release.Asked(careful);
        Assert.Contains(
            PassageReasons.Of(release.Spec, release.State, release.Now),
            why => why.Contains("too slow", StringComparison.Ordinal));

        release.Asked(new PassageInput.Abort(PassageScenario.Anna, null, [Winter]));
        Assert.IsType<PassageStage.Halting>(release.State.Stage);
    }

    [Fact]
    public void Given_again_it_is_the_same_abort_whoever_stands_on_it_by_then()
    {
        var plain = new PassageInput.Abort(PassageScenario.Anna, "why");
        var named = plain with { StandOn = [Winter], StandOnNotKnown = "slot x" };

        Assert.Equal(Vocabulary.Write<PassageInput>(plain), ((IStatesBody)named).Body);
        Assert.NotEqual(
            ((IStatesBody)plain).Body, ((IStatesBody)(plain with { WhenBuiltOn = WhenBuiltOn.Refuse })).Body);
        Assert.DoesNotContain("body", Vocabulary.Write<PassageInput>(named), StringComparison.OrdinalIgnoreCase);
    }

    private static PassageScenario Scenario() => new PassageScenario("catalog; web: catalog").Leased();

    private static string Stood(PassageScenario release) => string.Join(
        "; ", release.State.StoodOn(release.Spec).Select(one => $"{one.Key} {one.Value.Version} {one.Value.Since:O}"));

    private static void AssertNamed(PassageScenario release, WhoStands standing, string text)
    {
        var explained = ExplainPassage.Of(
            release.Spec, release.Row, _ => null, release.Now, reversal: null, standing: standing);
        Assert.Contains(text, explained.Because);
        Assert.Contains(text, ReleaseTexts.Back(explained.WayBack!));
        var plan = PlannedRollback.Of(release.Spec, release.State, release.Now, expected: null, standing);
        Assert.Equal((standing.By, standing.NotKnown), (plan.StandOn, plan.StandOnNotKnown));
    }
}
