namespace OrleansRelease.EndToEnd.Tests.Checking;

/// <summary>Planted disorder between what callers were told and what is on record is found.</summary>
public sealed class WhatTheCommandCheckerFinds
{
    private static readonly GivenCommand Start = Given(CommandSort.Start, "2.1.0", (0, ""), (200, "shop.1"));

    private static readonly GivenCommand Pause = Given(CommandSort.Ask, "shop.1", (200, "held"), (200, "moving"));

    private static readonly GivenCommand No = Given(CommandSort.Ask, "shop.1", (409, "it has ended"));

    private static readonly GivenCommand Unheard = Given(CommandSort.Ask, "shop.1", (0, ""), (504, ""));

    private static readonly LoggedStep[] Good =
    [
        Step("slot", "shop", 1, "start", started: "2.1.0"),
        Step("rollout", "shop.1", 1, "begin"),
        Step("rollout", "shop.1", 2, "pause", reason: Pause.Key),
        Step("rollout", "shop.1", 3, "resume", reason: Unheard.Key),
    ];

    [Fact]
    public void What_was_promised_and_is_on_record_once_is_well() =>
        Assert.Empty(Check([Start, Pause, No, Unheard], Good));

    [Fact]
    public void An_accepted_start_that_is_lost() => Finds("was accepted and is lost", Start, Good[1..]);

    [Fact]
    public void An_accepted_pause_that_is_lost() =>
        Finds("was accepted and is lost", Pause, [.. Good[..2], Good[3] with { Sequence = 3 }]);

    [Fact]
    public void A_start_that_was_carried_out_twice() =>
        Finds("carried out 2 times", Start, [.. Good, Good[0] with { Sequence = 2 }]);

    [Fact]
    public void A_command_without_an_answer_that_was_carried_out_twice() =>
        Finds("had no answer and was carried out 2 times", Unheard, [.. Good, Good[3] with { Sequence = 4 }]);

    [Fact]
    public void A_refused_command_that_was_carried_out() =>
        Finds("was refused and carried out", No, [.. Good, Step("rollout", "shop.1", 4, "abort", reason: No.Key)]);

    [Fact]
    public void One_start_that_got_two_names() => Finds(
        "answered differently under one key",
        Start with { Replies = [new(200, "shop.1"), new(200, "shop.2")] }, Good);

    [Fact]
    public void A_yes_and_a_no_under_one_key() => Finds(
        "answered differently under one key", Pause with { Replies = [new(200, ""), new(409, "")] }, Good);

    [Fact]
    public void A_decision_that_is_missing_on_record() =>
        Finds("has 2 decisions on record up to number 3", Start, [Good[0], Good[1], Good[3]]);

    private static void Finds(string problem, GivenCommand given, params LoggedStep[] log) =>
        Assert.Contains(Check([given], log), found => found.Contains(problem, StringComparison.Ordinal));

    private static IReadOnlyList<string> Check(GivenCommand[] given, LoggedStep[] log) =>
        new CommandChecker(given, log).Problems();

    private static GivenCommand Given(CommandSort sort, string subject, params (int Status, string Text)[] replies) =>
        new(Guid.NewGuid().ToString(), sort, subject, sort.ToString(),
            [.. replies.Select(reply => new CommandReply(reply.Status, reply.Text))]);

    private static LoggedStep Step(
        string kind, string key, long sequence, string input, string? reason = null, string? started = null) =>
        new(kind, key, sequence, DateTimeOffset.UnixEpoch, input, reason, started, []);
}
