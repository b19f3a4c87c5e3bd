using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Simulating;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Tests.Releases;
using OrleansRelease.Core.Tests.Rollouts;

namespace OrleansRelease.Core.Tests.Simulating;

public sealed class WhenAReleaseIsSimulated
{
    private const string Diamond = "web: cart search; cart: catalog; search: catalog; catalog";

    /// <summary>Deploy 5s, traffic 5s, pause 10m, traffic 5s, verify 2m.</summary>
    private static readonly TimeSpan OneService = TimeSpan.FromSeconds(5 + 5 + 600 + 5 + 120);

    [Fact]
    public void It_takes_as_long_as_its_longest_chain_and_says_which_that_is()
    {
        var release = Run(Diamond);

        Assert.Equal(PassagePhase.Succeeded, release.End);
        Assert.Equal(OneService * 3, release.Took);
        Assert.Equal("catalog cart web", string.Join(' ', release.CriticalPath));
        Assert.Null(release.WayBack);
    }

    [Fact]
    public void Where_only_one_may_move_at_once_all_are_on_the_path()
    {
        var release = Run(Diamond, spec => spec with { MaxParallel = 1 });

        Assert.Equal(OneService * 4, release.Took);
        Assert.Equal("catalog cart search web", string.Join(' ', release.CriticalPath));
    }

    [Fact]
    public void Each_duration_says_where_it_comes_from()
    {
        var steps = Run("a", history: (service, step) =>
            $"{service}" == "a" && step == "deploy" ? new PastDuration(TimeSpan.FromSeconds(42), 17) : null).Timeline;

        Assert.Equal(
            ["deploy History 42s", "5 % Limit 5s", "pause 10m Declared 10m", "100 % Limit 5s", "verify 2m Declared 2m"],
            steps.Select(step =>
                $"{step.Text} {step.Expected.Source} {Core.Units.Duration.Format(step.Expected.Time)}"));
        Assert.Equal(17, steps[0].Expected.Samples);
        Assert.Equal(["pause 10m", "verify 2m"], Run("a").Slowest(2).Select(step => step.Text));
    }

    [Fact]
    public void Both_versions_of_all_that_has_moved_run_until_the_end()
    {
        Assert.Equal(8, Run(Diamond).PeakExtraInstances);
        Assert.Equal(4, Run("b: a; a; c", failure: new("a", 2)).PeakExtraInstances);
        Assert.Equal(2, Run("b: a; a", failure: new("b", 0)).PeakExtraInstances - 2);
        Assert.Equal(8, Run(Diamond, baseline: null).PeakExtraInstances);
    }

    [Fact]
    public void Where_only_a_target_knows_its_instances_one_is_counted_and_that_is_said()
    {
        var release = Run("b: a; a; c: b", failure: new("b", 0), instances: null);

        Assert.Equal(2, release.PeakExtraInstances);
        Assert.Equal("a, b", string.Join(", ", release.CountedAsOne!.Value));
        Assert.Null(Run("a").CountedAsOne);

        Assert.Equal(1, SimulatedSlot.Of(RolloutScenario.Plain, null).Instances);
        var webhook = RolloutScenario.Plain.Target with { Adapter = WebhookWords.Target };
        Assert.Null(SimulatedSlot.Of(RolloutScenario.Plain with { Target = webhook }, null).Instances);
    }

    [Fact]
    public void A_failure_in_the_last_takes_all_back_in_reverse_within_the_bound()
    {
        var release = Run(Diamond, failure: new("web", 4));

        Assert.Equal(PassagePhase.RolledBack, release.End);
        Assert.Equal("web search cart catalog", string.Join(' ', release.WayBack!.Order));
        // Old version checked, traffic back, new one down: five seconds each, for web, then two at once, then catalog.
        Assert.Equal(TimeSpan.FromSeconds(3 * 15), release.WayBack.Took);
        Assert.Equal(OneService * 3, release.WayBack.Began);
        Assert.Equal(TimeSpan.FromSeconds((3 * (60 + 5)) + 20), release.WayBack.AtMost);
        Assert.True(release.WayBack.IsWithin);
        // Short enough by itself, and not with finding out.
        Assert.False(Run(
            Diamond, spec => spec with { RollbackWithin = release.WayBack.AtMost }, failure: new("web", 4))
            .WayBack!.IsWithin);
        Assert.True(Run(
            Diamond, spec => spec with { RollbackWithin = release.WayBack.AtMost + release.WayBack.Detect },
            failure: new("web", 4)).WayBack!.IsWithin);
    }

    [Fact]
    public void It_stabilises_after_its_way_back_and_what_that_takes_is_no_part_of_it()
    {
        var (waits, does) = (Run(Diamond, failure: new("web", 4)), Run(
            Diamond, spec => spec with
            {
                Stabilise = new(TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(121), TimeSpan.FromMinutes(15)),
            },
            failure: new("web", 4)));

        Assert.Equal((PassagePhase.RolledBack, TimeSpan.FromSeconds(121)), (does.End, does.WayBack!.Stabilises));
        Assert.Null(waits.WayBack!.Stabilises);
        Assert.Equal(
            (waits.WayBack.Took, waits.WayBack.AtMost, waits.WayBack.IsWithin),
            (does.WayBack.Took, does.WayBack.AtMost, does.WayBack.IsWithin));
        Assert.Equal(waits.Took + TimeSpan.FromSeconds(121), does.Took);
    }

    [Fact]
    public void Exposure_is_what_users_would_have_seen_of_the_new_versions()
    {
        var exposure = Assert.Single(Run("a; b: a", failure: new("a", 2)).Exposure);

        // 5 % from the first share to the end of the pause, and until the old version has all again.
        Assert.Equal("a", $"{exposure.Service}");
        Assert.Equal(TimeSpan.FromSeconds(605 + 10), exposure.Exposed);
        Assert.Equal(exposure.Exposed * 0.05, exposure.AsIfAll);
    }

    [Fact]
    public void Every_failure_leads_back_over_just_what_was_touched_and_within_its_bound()
    {
        var spec = PassageScenario.SpecOf(Graph.Of(Diamond));
        var order = new PassageDecider(spec).Order;
        var all = ReleaseSimulator.EachFailure(spec, Services(spec), (_, _) => null).ToList();

        Assert.Equal(4 * 5, all.Count);
        foreach (var release in all)
        {
            var touched = release.Timeline.Where(step => !step.IsBack).Select(step => step.Service).ToHashSet();
            if (release.Failure is { Step: 0 } failure) touched.Remove(failure.Service);
            Assert.Equal(PassagePhase.RolledBack, release.End);
            Assert.Equal(order.Backward.Where(touched.Contains), release.WayBack?.Order ?? []);
            Assert.InRange(
                release.WayBack?.Took ?? TimeSpan.Zero, TimeSpan.Zero, release.WayBack?.AtMost ?? TimeSpan.Zero);
            Assert.All(release.Timeline, step => Assert.True(step.At <= step.Until));
        }
    }

    [Fact]
    public void Of_a_version_that_does_not_come_up_nothing_is_left_to_be_taken_back()
    {
        var release = Run(Diamond, failure: new("cart", 0));

        // Search is as far: it stops, and goes back before what both stand on.
        Assert.Equal(PassagePhase.RolledBack, release.End);
        Assert.Equal("search catalog", string.Join(' ', release.WayBack!.Order));
        Assert.DoesNotContain(release.Timeline, step => step.IsBack && $"{step.Service}" == "cart");
        Assert.Equal(TimeSpan.FromSeconds(15 + 15), release.WayBack.Took);
        // Where it was the first there is no way back at all.
        Assert.Null(Run(Diamond, failure: new("catalog", 0)).WayBack);
    }

    [Fact]
    public void Where_a_person_would_decide_it_stops_and_says_so()
    {
        var release = Run("a; b: a", spec => spec with { OnFailure = OnFailure.Hold }, failure: new("a", 1));

        Assert.Equal(PassagePhase.Paused, release.End);
        Assert.Equal("a", string.Join(' ', release.WayBack!.Order));
    }

    [Fact]
    public void What_goes_back_alone_says_how_long_that_takes()
    {
        var release = Run(
            "b: a; a; c", spec => spec with { OnFailure = OnFailure.RollbackService }, failure: new("a", 4));

        Assert.Equal("a", string.Join(' ', release.WayBack!.Order));
        Assert.Equal((OneService, TimeSpan.FromSeconds(15)), (release.WayBack.Began, release.WayBack.Took));
        Assert.Equal(TimeSpan.FromSeconds(60 + 15), release.WayBack.AtMost);
    }

    [Fact]
    public void What_is_required_twice_is_there_as_both_want_it()
    {
        static PassageRequirement Payments(string atLeast, Otherwise otherwise) =>
            new(new Requirement(ServiceName.From("payments"), VersionName.From(atLeast)), otherwise);

        Assert.Equal(PassagePhase.Succeeded, Run("a", spec => spec with
        {
            Requires =
            [
                Payments("1.0.0", Otherwise.Wait), Payments("2.10.0", Otherwise.Refuse),
                Payments("2.9.0", Otherwise.Wait),
            ],
        }).End);
    }

    [Fact]
    public void The_same_release_is_always_simulated_the_same()
    {
        string Once() => Vocabulary.Write(Run(Diamond, failure: new("cart", 3)));

        Assert.Equal(Once(), Once());
    }

    private sealed record Failure(string Service, int Step);

    private static SimulatedRelease Run(
        string graph, Func<PassageSpec, PassageSpec>? change = null, History? history = null, Failure? failure = null,
        string? baseline = "1.0", int? instances = 2)
    {
        var spec = PassageScenario.SpecOf(Graph.Of(graph));
        spec = change?.Invoke(spec) ?? spec;
        return ReleaseSimulator.Run(
            spec, Services(spec, baseline, instances), history ?? ((_, _) => null),
            failure is null ? null : new FailurePoint(ServiceName.From(failure.Service), failure.Step));
    }

    private static Dictionary<ServiceName, SimulatedSlot> Services(
        PassageSpec spec, string? baseline = "1.0", int? instances = 2) => spec.Services.ToDictionary(
        service => service.Service,
        service => new SimulatedSlot(
            RolloutScenario.Plain with { Service = service.Service }, VersionName.Parse(baseline), instances));
}
