using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Simulating;
using OrleansRelease.Core.Tests.Planning;

namespace OrleansRelease.Core.Tests.Simulating;

public sealed class WhenAReleaseIsSimulatedForSomebody
{
    [Fact]
    public void Every_duration_is_counted_by_what_it_rests_on()
    {
        var catalog = ServiceName.From("catalog");
        var simulation = ReleaseSimulation.Of(
            Shop.Ground(
                new(catalog, "deploy", TimeSpan.FromSeconds(52), 5),
                new(catalog, "verify 10m", TimeSpan.FromMinutes(11), 3)),
            failure: null, tried: null, () => false);

        Assert.Equal(PassagePhase.Succeeded, simulation.Course.End);
        Assert.Equal("catalog verify 10m 11m", Slowest(simulation));
        Assert.Equal(2, simulation.Sources.Single(one => one.Source == DurationSource.History).Steps);
        Assert.Equal(simulation.Course.Timeline.Length, simulation.Sources.Sum(one => one.Steps));
        Assert.Null(simulation.Failures);

        static string Slowest(ReleaseSimulation it) =>
            $"{it.Slowest[0].Service} {it.Slowest[0].Text} {Core.Units.Duration.Format(it.Slowest[0].Expected.Time)}";
    }

    [Fact]
    public void A_failure_after_every_step_is_told_in_short()
    {
        var ground = Shop.Ground();
        var steps = ground.Slots.Sum(slot => slot.Spec.Steps.Length);

        var simulation = ReleaseSimulation.Of(ground, null, tried: 0, () => false);

        Assert.Equal((steps, 0), (simulation.Failures!.Value.Length, simulation.Untried));
        Assert.Equal("catalog", $"{simulation.Failures.Value[0].Service}");
        Assert.All(simulation.Failures.Value, failure =>
        {
            Assert.Equal(PassagePhase.RolledBack, failure.End);
            Assert.Equal(failure.Services == 0, failure.Took is null);
            Assert.InRange(failure.Took ?? TimeSpan.Zero, TimeSpan.Zero, failure.AtMost ?? TimeSpan.Zero);
            Assert.Equal(failure.Services, failure.Back.Length);
        });
        Assert.Equal("web search cart catalog", string.Join(' ', simulation.Failures.Value[^1].Back));
        Assert.Null(simulation.Unread);
        Assert.Equal(2, ReleaseSimulation.Of(ground with { Unread = 2 }, null, null, () => false).Unread);
    }

    [Fact]
    public void When_time_is_up_late_steps_were_tried_and_the_others_are_counted()
    {
        var left = 3;

        var simulation = ReleaseSimulation.Of(Shop.Ground(), null, tried: 0, () => left-- == 0);

        Assert.Equal(
            ["cart verify 10m", "search verify 10m", "web verify 10m"],
            simulation.Failures!.Value.Select(failure => $"{failure.Service} {failure.Text}"));
        Assert.Equal(25, simulation.Untried);
    }

    [Fact]
    public void Whoever_says_how_many_were_tried_is_told_of_the_next_until_none_is_left()
    {
        var once = ReleaseSimulation.Of(Shop.Ground(), null, tried: 0, () => false);
        var all = ReleaseSimulation.Of(Shop.Ground(), null, tried: 0, () => true);
        while (all.Untried > 0)
        {
            var (before, left) = (all.Failures!.Value.Length, 2);
            all = all.And(ReleaseSimulation.Of(Shop.Ground(), null, before, () => left-- == 0));
            Assert.InRange(all.Failures!.Value.Length, before + 1, before + 2);
        }

        Assert.Equal(Vocabulary.Write(once), Vocabulary.Write(all));
        var none = ReleaseSimulation.Of(Shop.Ground(), null, once.Failures!.Value.Length + 5, () => false);
        Assert.Equal((0, 0), (none.Failures!.Value.Length, none.Untried));
    }

    [Theory]
    [InlineData("web", "web 6")]
    [InlineData("web/1", "web 0")]
    [InlineData("cart/50%", "cart 3")]
    [InlineData("cart/deploy", "cart 0")]
    [InlineData("cart/99", null)]
    [InlineData("cart/0", null)]
    [InlineData("nobody", null)]
    [InlineData("", null)]
    public void Where_it_is_to_fail_is_said_by_service_and_step(string text, string? point) => Assert.Equal(
        point, FailureText.Find(text, Shop.Ground()) is { } found ? $"{found.Service} {found.Step}" : null);

    [Fact]
    public void It_is_the_same_after_it_was_sent()
    {
        var simulation = ReleaseSimulation.Of(Shop.Ground(), new(ServiceName.From("web"), 2), 0, () => false);
        var json = Vocabulary.Write(simulation);

        Assert.Equal(json, Vocabulary.Write(Vocabulary.Read<ReleaseSimulation>(json)));
    }
}
