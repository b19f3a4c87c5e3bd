using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.EndToEnd.Tests.Checking;
using OrleansRelease.EndToEnd.Tests.Harness;
using OrleansRelease.Host.Demo;

namespace OrleansRelease.EndToEnd.Tests.Faults;

/// <summary>A round that passes proves nothing unless each way in which it should not is found, planted.</summary>
public sealed class WhatTheRoundCheckerFinds
{
    private static readonly DateTimeOffset Began = DateTimeOffset.UnixEpoch.AddDays(1);

    private static readonly long Millis = Began.ToUnixTimeMilliseconds();

    private static readonly FaultKind Kind = FaultKind.None with { Name = "planted", IsUnnoticed = true };

    /// <summary>A bad version, taken back by its fence 1.2.3.</summary>
    private static readonly RoundSeen Good = new(Kind)
    {
        Moves = [new(new Declared("shop"), "2.0.0", Course.Bad)
        {
            Rollout = "shop.shop-env.2",
            End = Phase.RolledBack,
            Ends = [Phase.RolledBack],
            Stable = "1.0.0",
            Runs =
            [
                new("1.0.0", Millis - 900, Millis + 9_000, 99),
                new("2.0.0", Millis + 900, Millis + 6_000, 20)
                {
                    FirstBad = Millis + 2_500, LastAnswer = Millis + 4_900, Stopped = Millis + 6_000,
                },
            ],
        }],
        Given = [new("key", CommandSort.Other, "shop", "try", [new(200, "")])],
        Log =
        [
            Step(1, 0, "begin"), Step(2, 1, "permit-granted", "1.2.2"), Step(3, 5, "tick", "1.2.3"),
            Step(4, 7, "outcome") with { Events = ["finished"] },
        ],
        Router =
        [
            Applied(-500, "1.1.2", ("1.0.0", 10_000)), Applied(2_000, "1.2.2", ("1.0.0", 9_000), ("2.0.0", 1_000)),
            Requests(3_000, 20), Applied(5_000, "1.2.3", ("1.0.0", 10_000), ("2.0.0", 0)),
        ],
        Processes = [Process("1.0.0")],
        Bound = TimeSpan.FromSeconds(10),
        Permits = 1,
        BeganAt = Began,
        StruckAt = Began.AddSeconds(3),
        FreeAt = Began.AddSeconds(4),
    };

    [Fact]
    public void A_fault_that_struck_and_a_way_back_in_time_are_well()
    {
        Assert.Empty(new RoundChecker(Good).Problems());
        Assert.Equal(TimeSpan.FromSeconds(1), Good.Recovery);
    }

    [Fact]
    public void A_fault_of_which_there_is_no_sign() => Finds(
        "no sign of the fault: it was quiet", Good with { Kind = Kind with { WhyUnproven = _ => "it was quiet" } });

    [Fact]
    public void A_fault_when_nothing_moved() => Finds("nothing moved", Good with { StruckAt = Began.AddMinutes(1) });

    [Fact]
    public void A_fault_when_all_still_waited_for_a_permit() => Finds("nothing moved", Good with { StruckAt = Began });

    [Fact]
    public void One_that_stands_still_when_the_fault_is_over() => Finds(
        "stood still for 86.0 s",
        Good with { Log = [.. Good.Log.Take(2), Step(3, 90, "tick", "1.2.3") with { Events = ["finished"] }] });

    [Fact]
    public void An_end_that_was_not_meant() => Finds(
        "ended as RolledBack, not as Succeeded", WithMove(Good.Moves[0] with { Ends = [Phase.Succeeded] }));

    [Fact]
    public void A_success_that_users_do_not_get() => Finds(
        "ended as Succeeded and the router sends users to [[1.0.0, 10000]], not to 2.0.0",
        WithMove(Good.Moves[0] with { End = Phase.Succeeded, Ends = [Phase.Succeeded], Stable = "2.0.0" }));

    [Fact]
    public void A_way_back_that_users_do_not_get() => Finds(
        "ended as RolledBack and the router sends users to", Good with { Router = [.. Good.Router.Take(3)] });

    [Fact]
    public void A_change_that_is_not_on_record() => Finds(
        "fence 1.2.3 of shop.shop-env was applied and is not on record",
        Good with { Log = [.. Good.Log.Select(step => step.Sequence == 3 ? step with { Effects = [] } : step)] });

    [Fact]
    public void A_stop_with_users_on_it() => Finds(
        "2.0.0 was stopped at", WithRun(run => run with { Stopped = Millis + 4_000 }));

    [Fact]
    public void More_that_move_than_may() => Finds("1 move, not 0", Good with { Permits = 0 });

    [Fact]
    public void A_caller_who_noticed() => Finds(
        "got 0 cut", Good with { Given = [Good.Given[0] with { Replies = [new(0, "cut"), new(200, "")] }] });

    [Fact]
    public void Bad_answers_for_longer_than_was_announced() => Finds(
        "2.4 s from the first bad answer to the last one", Good with { Bound = TimeSpan.FromSeconds(2) });

    [Fact]
    public void A_bad_version_of_which_no_bad_answer_is_known() => Finds(
        "20 requests were sent to it, and it has written down no bad answer",
        WithRun(run => run with { FirstBad = null }));

    [Fact]
    public void A_bad_version_whose_own_words_are_missing() => Finds(
        "20 requests were sent to it", WithMove(Good.Moves[0] with { Runs = [.. Good.Moves[0].Runs.Take(1)] }));

    [Fact]
    public void A_version_that_runs_on() => Finds(
        "of shop.shop-env run [1.0.0, 2.0.0], not 1.0.0",
        Good with { Processes = [Process("1.0.0"), Process("2.0.0")] });

    [Fact]
    public void What_is_taken_down_later_may_run_on_and_nothing_else()
    {
        string[] running = [Process("1.0.0"), Process("2.0.0")];
        Assert.Empty(RoundChecker.Others(Good.Moves, running, [("shop.shop-env", "2.0.0")]));
        Assert.Single(
            RoundChecker.Others(Good.Moves, running, [("shop.shop-env", "3.0.0"), ("cart.shop-env", "2.0.0")]));
    }

    [Fact]
    public void A_stable_version_that_does_not_run() =>
        Finds("of shop.shop-env run [], not 1.0.0", Good with { Processes = [] });

    [Fact]
    public void A_stored_state_that_its_record_does_not_tell() => Finds(
        "the specification of rollout shop.shop-env.2 is not in the store",
        Good with { Rows = [new("rollout", "shop.shop-env.2", Vocabulary.Write(Row<RolloutState>.Empty))] });

    [Fact]
    public void A_clock_that_was_never_ahead()
    {
        Assert.NotNull(StoreFaults.ClockAhead.WhyUnproven(Good));
        Assert.Null(StoreFaults.ClockAhead.WhyUnproven(Good with { Log = [.. Good.Log, Step(5, 3_700, "tick")] }));
    }

    [Fact]
    public void Time_that_went_on_although_it_was_set_back()
    {
        Assert.Null(StoreFaults.ClockBack.WhyUnproven(Good));
        Assert.NotNull(StoreFaults.ClockBack.WhyUnproven(Good with { Log = [.. Good.Log, Step(5, 16, "tick")] }));
    }

    [Fact]
    public void Commands_that_came_once() => Assert.NotNull(CallerFaults.Repeated.WhyUnproven(Good));

    [Fact]
    public async Task A_strike_at_one_that_does_not_run()
    {
        using var nobody = new Member(new DemoFolder("/nowhere"), "nobody", "/nowhere", [], []);
        await Assert.ThrowsAsync<InvalidOperationException>(nobody.KillAsync);
        await Assert.ThrowsAsync<InvalidOperationException>(nobody.FreezeAsync);
        await Assert.ThrowsAsync<InvalidOperationException>(() => nobody.StopAsync(TimeSpan.Zero));
    }

    private static void Finds(string problem, RoundSeen seen) => Assert.Contains(
        new RoundChecker(seen).Problems(), found => found.Contains(problem, StringComparison.Ordinal));

    private static RoundSeen WithMove(MoveSeen move) => Good with { Moves = [move] };

    private static RoundSeen WithRun(Func<ServedRun, ServedRun> change)
    {
        var move = Good.Moves[0];
        return WithMove(move with { Runs = [move.Runs[0], change(move.Runs[1])] });
    }

    private static string Process(string version) => $"host sample --version {version} --log /logs/served-shop-1.log";

    private static LoggedStep Step(int sequence, int seconds, string input, params string[] fences) =>
        new("rollout", "shop.shop-env.2", sequence, Began.AddSeconds(seconds), input, null, null, [])
        {
            Position = sequence,
            Effects = [.. fences.Select(fence => new LoggedEffect("set-traffic", "shop.shop-env", fence))],
        };

    private static RouterEvent Applied(long after, string fence, params (string Version, int Weight)[] weights) => new(
        Millis + after, "applied", "shop.shop-env", fence, weights.ToDictionary(w => w.Version, w => w.Weight),
        null, 0, 0, 0);

    private static RouterEvent Requests(long after, long started) => new(
        Millis + after, "requests", "shop.shop-env", null, null, "2.0.0", Millis + after - 100, started, started);
}
