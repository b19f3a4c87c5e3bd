using System.Globalization;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.EndToEnd.Tests.Harness;
using Xunit.Abstractions;

namespace OrleansRelease.EndToEnd.Tests;

/// <summary>
/// A new version turns bad while one of the two instances of the old one is dead. It goes back by itself, to the one
/// that is left, which fails whoever comes above what it can serve at once, and there are more users than that. For a
/// while those of class low do not say that they are: then the same users fail class high.
/// </summary>
public sealed class WhenAWayBackIsShortOfCapacity(ITestOutputHelper output)
{
    private const int Enough = 2_000;

    private const int EnoughThatFail = 20;

    private const int EnoughAfter = 100;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(3);

    [Fact]
    public async Task Class_low_is_refused_first_and_class_high_stays_good_to_999_of_1000_until_that_is_lifted()
    {
        await using var here = await ShortOfCapacity.StartAsync();
        await AssertIsPlannedAsync(here);
        var rollout = await here.BeginAsync();
        await here.LoseOneAsync();
        var began = ClassedUsers.Now;
        here.TurnBad();
        var shed = await here.ChangedAsync("load is shed", began, change => change.Shedding is not null);
        await ComeAsync(here.Users, Enough, shed.At);
        await AssertIsExplainedAsync(here, rollout);

        var silent = here.Users.LowSaysNothing();
        await Eventually.IsAsync(
            "class high suffers", () => Task.FromResult(High(here.Users.Since(silent))),
            high => high.All - high.Good >= EnoughThatFail);
        var again = await here.Users.LowSaysItAgainAsync();
        here.GetReady();
        var lifted = await here.ChangedAsync("it is lifted", shed.At, change => change.Shedding is null);
        await here.World.EndsAsync(rollout, Phase.RolledBack);
        await Eventually.IsAsync(
            "class low is served again", () => Low(here.Users.Since(lifted.At)).Good >= EnoughAfter);
        await here.Users.LeaveAsync();

        var all = here.Users.Since(shed.At);
        AssertIsProtected([.. all.Where(answer => answer.Ended < silent || In(answer, again, lifted.At))]);
        // When the last of them had its answer others had said it for long.
        AssertIsShort([.. all.Where(answer => In(answer, silent, again) && answer.Said != ClassedUsers.Low)]);
        // Who came in the very millisecond may have been before it.
        Assert.Equal(0, Low(here.Users.Since(lifted.At + 1)).Shed);
        await AssertIsOnRecordAsync(here, rollout);
    }

    private static async Task AssertIsPlannedAsync(ShortOfCapacity here)
    {
        var plan = await here.World.Api.PlanAsync(
            ShortOfCapacity.Slot, ShortOfCapacity.Next, CancellationToken.None);
        var says = Of($"class low is refused over {ShortOfCapacity.Capacity} at once for each that is ready, until ")
            + $"{ShortOfCapacity.Stable} has all";
        Assert.Contains(plan.Back, step => step.Text.EndsWith(says, StringComparison.Ordinal));
    }

    private static async Task AssertIsExplainedAsync(ShortOfCapacity here, string rollout)
    {
        var explained = await here.World.Api.ExplainAsync(rollout, CancellationToken.None);
        var says = $"requests go to {ShortOfCapacity.Stable} already, of which 1 of 2 ready; until all are, "
            + Of($"class low is refused over {ShortOfCapacity.Capacity} at once");
        Assert.Contains(explained.Because, why => why.StartsWith(says, StringComparison.Ordinal));
    }

    private void AssertIsProtected(IReadOnlyList<ClassedAnswer> answers)
    {
        var (high, low) = (High(answers), Low(answers));
        output.WriteLine(Of($"class high: {high.Good} of {high.All} good; class low: {low.Good} good and ")
            + Of($"{low.Shed} refused of {low.All}"));
        Assert.True(high.All >= Enough, $"only {high.All} of class high came");
        Assert.True(high.Good * 1000 >= high.All * 999, $"{high.Good} of {high.All} of class high were good");
        Assert.Equal(0, high.Shed);
        Assert.True(low.Shed > 0, "nothing was refused");
        Assert.True(low.Good > 0, "class low got nothing of what high left");
        // Who was let in was served.
        Assert.True(
            (low.All - low.Good - low.Shed) * 1000 <= low.All,
            $"of {low.All} of class low {low.Good} were good and {low.Shed} refused");
        Assert.All(
            answers.Where(answer => answer.IsShed), answer => Assert.Equal(RetryAfter, answer.RetryAfter));
    }

    /// <summary>The same users, and nobody can tell them apart: an instance fails who is too much for it.</summary>
    private void AssertIsShort(IReadOnlyList<ClassedAnswer> answers)
    {
        var high = High(answers);
        output.WriteLine(Of($"with class low unsaid: {high.Good} of {high.All} of class high good"));
        Assert.True(high.All - high.Good >= EnoughThatFail, $"{high.Good} of {high.All} of class high were good");
        Assert.All(
            answers.Where(answer => !answer.IsGood),
            answer => Assert.Equal(
                (503, null, ShortOfCapacity.Stable), (answer.Status, answer.RetryAfter, answer.Body)));
    }

    private static async Task AssertIsOnRecordAsync(ShortOfCapacity here, string rollout)
    {
        var events = await here.World.Api.EventsAsync(rollout, CancellationToken.None);
        var happened = events.Select(one => one.Happened).ToList();
        var shed = happened.OfType<RolloutEvent.LoadShed>().First();
        Assert.Equal(new InstanceCount(Ready: 1, Wanted: 2), shed.Ready);
        Assert.Single(happened.OfType<RolloutEvent.RequestsBack>());
        Assert.IsType<Cause.MetricFailed>(Assert.Single(happened.OfType<RolloutEvent.WentBack>()).Cause);
        var refused = here.Users.Since(0).Count(answer => answer.IsShed);
        await Eventually.IsAsync(
            $"the router has counted {refused} that it refused", here.ShedAsync, counted => counted == refused);
        Assert.Empty(await here.ProblemsAsync());
    }

    private static Task ComeAsync(ClassedUsers users, int high, long since) => Eventually.IsAsync(
        Of($"{high} of class high have come"), () => Task.FromResult(High(users.Since(since)).All), all => all >= high);

    private static bool In(ClassedAnswer answer, long from, long to) => answer.Began >= from && answer.Began < to;

    private static Tally High(IEnumerable<ClassedAnswer> answers) => Tally.Of(answers.Where(answer => answer.IsHigh));

    private static Tally Low(IEnumerable<ClassedAnswer> answers) => Tally.Of(answers.Where(answer => !answer.IsHigh));

    private static string Of(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed record Tally(long All, long Good, long Shed)
    {
        public static Tally Of(IEnumerable<ClassedAnswer> answers) => answers.Aggregate(
            new Tally(0, 0, 0),
            (sum, answer) => new(
                sum.All + 1, sum.Good + (answer.IsGood ? 1 : 0), sum.Shed + (answer.IsShed ? 1 : 0)));
    }
}
