using System.Collections.Immutable;
using OrleansRelease.Testing.Releases;

namespace OrleansRelease.Grains.Tests.Releases;

public sealed class WhatTheTargetsLogCheckerFinds
{
    // Both "left" and "right" need "top"; "last" needs both.
    private static readonly Dictionary<string, string[]> Needs = new()
    {
        ["top"] = [],
        ["left"] = ["top"],
        ["right"] = ["top"],
        ["last"] = ["left", "right"],
    };

    private static readonly ImmutableArray<Touched> Forward =
        [.. Moved("top", 0), .. Moved("left", 10), .. Moved("right", 11), .. Moved("last", 20)];

    private static readonly ImmutableArray<Touched> Good =
        [.. Forward, .. Undone("last", 30), .. Undone("right", 40), .. Undone("left", 42), .. Undone("top", 50)];

    [Fact]
    public void Nothing_in_what_is_right()
    {
        Assert.Empty(new TargetsLogChecker(Forward, Needs).ProblemsForward());
        Assert.Empty(new TargetsLogChecker(Good, Needs).ProblemsBack());
    }

    [Fact]
    public void What_began_too_early() => Finds(
        "left began before top, which it needs, had its requests",
        new TargetsLogChecker(
            [.. Forward.Select(one => one is { Service: "left", What: Touch.Started } ? At(one, 1) : one)], Needs)
            .ProblemsForward());

    [Fact]
    public void What_was_left_out_on_the_way_forward() => Finds(
        "last went forward by no step", new TargetsLogChecker(Forward.SkipLast(2), Needs).ProblemsForward());

    [Fact]
    public void A_wrong_order_back() => Finds(
        "top went back before right, which needs it, was back",
        Back([.. Good.Where(one => Undo(one) != "top"), .. Undone("top", 41)]));

    [Fact]
    public void A_wrong_order_back_over_what_lies_between() => Finds(
        "top went back before last, which needs it, was back",
        Back([.. Good.Where(one => Undo(one) is not ("top" or "last")), .. Undone("top", 50), .. Undone("last", 60)]));

    [Fact]
    public void Steps_of_one_service_in_the_wrong_order() => Finds(
        "last was taken back by Ensured, Stopped, Restored",
        Back([.. Good.Select(one => one is { Service: "last", What: Touch.Restored } ? At(one, 35) : one)]));

    [Fact]
    public void A_missing_step() => Finds(
        "left was taken back by Ensured, Restored",
        Back([.. Good.Where(one => one is not { Service: "left", What: Touch.Stopped })]));

    [Fact]
    public void A_missing_service() => Finds(
        "right was taken back by no step", Back([.. Good.Where(one => Undo(one) != "right")]));

    [Fact]
    public void An_extra_step() => Finds(
        "last was taken back by Ensured, Restored, Stopped, Restored",
        Back([.. Good, Good.First(one => one is { Service: "last", What: Touch.Restored }) with { From = Time(34) }]));

    [Fact]
    public void A_service_that_nobody_had_touched() => Finds(
        "other was taken back by Ensured, Restored, Stopped", Back([.. Good, .. Undone("other", 45)]));

    [Fact]
    public void A_step_forward_after_the_way_back_has_begun() => Finds(
        "left went forward when the way back had begun: Shared",
        Back([.. Good, new(Time(31), Time(32), "left", Touch.Shared, "2")]));

    [Fact]
    public void An_old_version_that_is_gone() => Finds(
        "the version before of top was taken down",
        Back([.. Good, new(Time(25), Time(26), "top", Touch.Replaced, "1")]));

    [Fact]
    public void How_much_longer_than_its_longest_chain_a_way_back_took()
    {
        var checker = new TargetsLogChecker(Good, Needs);

        Assert.Equal(Time(9), checker.CriticalPath);
        Assert.Equal(Time(23), checker.BackTook);
    }

    private static IEnumerable<string> Back(ImmutableArray<Touched> log) =>
        new TargetsLogChecker(log, Needs).ProblemsBack();

    private static void Finds(string problem, IEnumerable<string> found) => Assert.Contains(problem, found);

    private static string? Undo(Touched one) =>
        one.What is Touch.Ensured or Touch.Restored or Touch.Stopped ? one.Service : null;

    private static IEnumerable<Touched> Moved(string service, int from) =>
        Steps(service, from, Touch.Started, Touch.Shared);

    private static IEnumerable<Touched> Undone(string service, int from) =>
        Steps(service, from, Touch.Ensured, Touch.Restored, Touch.Stopped);

    private static IEnumerable<Touched> Steps(string service, int from, params Touch[] steps) =>
        steps.Select((step, i) => new Touched(Time(from + i), Time(from + i + 1), service, step, "2"));

    private static Touched At(Touched one, int from) => one with { From = Time(from), To = Time(from + 1) };

    private static TimeSpan Time(int seconds) => TimeSpan.FromSeconds(seconds);
}
