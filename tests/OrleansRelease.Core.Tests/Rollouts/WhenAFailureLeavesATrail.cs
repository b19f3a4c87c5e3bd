using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Trails;

namespace OrleansRelease.Core.Tests.Rollouts;

public sealed class WhenAFailureLeavesATrail
{
    private static readonly TracesConnection Tempo = new("tempo", new Uri("http://t"), "{}");

    private static readonly TrailLinks Links = new("https://l/2.0?from={{windowStart}}", "https://g/{{traceId}}");

    private static RolloutScenario Failed(RolloutScenario? rollout = null) =>
        (rollout ?? new RolloutScenario(spec => spec with { Traces = Tempo, Links = Links })).AtFivePercent()
        .After(TimeSpan.FromMinutes(1)).Measured(new Reading.Counts(60, 100))
        .After(TimeSpan.FromMinutes(1)).Measured(new Reading.Counts(60, 100));

    private static RolloutScenario Found(RolloutScenario rollout, params string[] ids) =>
        rollout.Take(new RolloutInput.Answered([], null, Traces: TracesFact.Of(rollout.Now, [.. ids])));

    private static RolloutScenario NotFound(RolloutScenario rollout, string problem) =>
        rollout.Take(new RolloutInput.Answered([], null, Traces: TracesFact.Of(rollout.Now, [], problem)));

    private static Window? Due(RolloutScenario rollout) =>
        TrailRules.Due(rollout.Spec, rollout.State, rollout.Now);

    // With what is told inside, so that nothing else is due.
    private static RolloutScenario Back(RolloutScenario rollout) => Applied(rollout, _ => true);

    private static RolloutScenario Told(RolloutScenario rollout) =>
        Applied(rollout, effect => effect.Direction == Direction.Neutral);

    private static RolloutScenario Applied(RolloutScenario rollout, Func<Effect, bool> wanted)
    {
        while (rollout.Row.Outbox.FirstOrDefault(entry => entry.IsPending && wanted(entry.Effect)) is
            { Effect.Ordinal: var ordinal } entry)
        {
            rollout.Take(new RolloutInput.OutcomeReported(new(ordinal, entry.Attempt, new Outcome.Applied())));
        }

        return rollout;
    }

    [Fact]
    public void The_way_back_is_decided_by_the_same_write_that_leaves_it()
    {
        var rollout = Failed();

        var (trail, window) = (rollout.State.Trail!, rollout.State.Tallies["signals/errors"].Last!.Window);
        Assert.Equal(("signals/errors", "2.0", window), (trail.Metric, $"{trail.Version}", trail.Window));
        Assert.Equal($"https://l/2.0?from={window.Start.ToUnixTimeMilliseconds()}", trail.Logs);
        Assert.IsType<EffectAction.Deploy>(rollout.Pending!.Effect.Action);
        Assert.Contains("\"trail-left\"", rollout.Transition, StringComparison.Ordinal);
        Assert.Contains("\"went-back\"", rollout.Transition, StringComparison.Ordinal);
    }

    [Fact]
    public void Its_traces_are_asked_for_after_that_and_the_way_back_does_not_wait()
    {
        var rollout = Failed();
        Assert.Equal(rollout.State.Trail!.Window, Due(rollout));

        Assert.Equal(Phase.RolledBack, Back(rollout).State.Phase);
        Assert.Equal(rollout.State.Trail!.Window, Due(rollout));
    }

    [Fact]
    public void Ids_are_noted_on_the_way_back_and_nothing_is_asked_any_more()
    {
        var rollout = Found(Failed(), "a1", "A1", "no id", "b2");

        Assert.Equal(["a1", "b2"], IdsOf(rollout));
        Assert.Null(Due(rollout));
        Back(rollout);
        Assert.Equal((Phase.RolledBack, null), (rollout.State.Phase, rollout.Row.NextWake));
    }

    [Fact]
    public void Ids_are_noted_after_the_end_as_well()
    {
        var rollout = Back(Failed());
        Assert.NotNull(rollout.Row.NextWake);

        Found(rollout, "a1");

        Assert.Equal(["a1"], IdsOf(rollout));
        Assert.Equal((Phase.RolledBack, null), (rollout.State.Phase, rollout.Row.NextWake));
    }

    [Fact]
    public void A_source_that_has_none_or_says_nothing_is_asked_again_for_a_while_and_then_left_alone()
    {
        var rollout = Back(Failed());
        for (var asked = 1; asked < 5; asked++)
        {
            if (asked % 2 == 0) Found(rollout);
            else NotFound(rollout, "no answer within 5s");
            Assert.Equal(rollout.Now.AddSeconds(15), rollout.Row.NextWake);
            Assert.Null(Due(rollout));
            rollout.After(TimeSpan.FromSeconds(15));
            Assert.NotNull(Due(rollout));
        }

        NotFound(rollout, "no answer within 5s");

        Assert.Equal(5, rollout.State.Trail!.Asked);
        Assert.Equal((null, null), (rollout.Row.NextWake, Due(rollout)));
    }

    [Fact]
    public void A_question_that_was_lost_with_its_server_is_asked_by_the_next_look()
    {
        var rollout = Back(Failed());

        Assert.Equal(rollout.State.Trail!.At.AddSeconds(15), rollout.Row.NextWake);
        Assert.NotNull(Due(rollout.After(TimeSpan.FromSeconds(15))));
    }

    [Fact]
    public void That_none_were_found_is_said_when_nobody_asks_any_more()
    {
        var rollout = Failed();
        for (var asked = 0; asked < 5; asked++) Found(rollout).After(TimeSpan.FromSeconds(15));

        Assert.Equal("no traces were found", Explained(rollout).Notes[^1]);
    }

    [Fact]
    public void A_question_that_nobody_ever_answers_is_let_go()
    {
        var rollout = Back(Failed()).After(TimeSpan.FromMinutes(9)).Take(new RolloutInput.Tick());
        Assert.NotNull(rollout.Row.NextWake);

        rollout.After(TimeSpan.FromMinutes(1)).Take(new RolloutInput.Tick());

        Assert.Equal(
            (null, "nobody has answered in time"), (rollout.Row.NextWake, rollout.State.Trail!.Traces!.Problem));
    }

    [Fact]
    public void When_the_way_back_goes_on_is_not_when_traces_are_asked_for()
    {
        var slow = new EffectLimits(TimeSpan.FromMinutes(5), 3, TimeSpan.FromSeconds(1));
        var without = Told(Failed(new RolloutScenario(spec => spec with
        {
            Target = spec.Target with { DeployLimits = slow },
        })));
        var with = NotFound(Told(Failed(new RolloutScenario(spec => spec with
        {
            Target = spec.Target with { DeployLimits = slow },
            Traces = Tempo,
        }))), "503");

        Assert.Equal(MovesAt(without), MovesAt(with));
        Assert.Equal(NextMove.Of(without.Row), NextMove.Of(with.Row));
        Assert.NotEqual(without.Row.NextWake, with.Row.NextWake);
        Assert.Equal(NextMove.Of(Back(without).Row), NextMove.Of(Back(with).Row));
    }

    [Fact]
    public void A_doubled_or_late_answer_changes_nothing()
    {
        var rollout = NotFound(Failed(), "503");
        var before = rollout.Row.Sequence;

        NotFound(rollout, "503");
        rollout.Take(new RolloutInput.Answered(
            [], null, Traces: TracesFact.Of(rollout.Now.AddSeconds(-1), ["a1"])));

        Assert.Equal(before, rollout.Row.Sequence);
    }

    [Fact]
    public void What_a_source_smuggles_in_is_dropped_by_the_rules_themselves()
    {
        var rollout = Failed();

        rollout.Take(new RolloutInput.Answered(
            [], null, Traces: new(rollout.Now, ["<b>", "1", "2", "3", "4", "5", "6", new string('a', 1_000)])));

        Assert.Equal(["1", "2", "3", "4", "5"], IdsOf(rollout));
    }

    [Fact]
    public void Answers_that_nobody_asked_for_leave_none()
    {
        var rollout = Found(new RolloutScenario(spec => spec with { Traces = Tempo }).AtFivePercent(), "a1");
        Assert.Null(rollout.State.Trail);

        Assert.Null(Found(rollout.Aborted(), "a1").State.Trail);
    }

    [Fact]
    public void With_links_alone_nobody_is_asked()
    {
        var rollout = Failed(new RolloutScenario(spec => spec with { Links = Links }));

        Assert.NotNull(rollout.State.Trail!.Logs);
        Assert.Null(Due(rollout));
        Assert.Null(Back(rollout).Row.NextWake);
    }

    [Fact]
    public void Where_nothing_was_configured_what_is_written_is_what_ever_was()
    {
        var rollout = Failed(new RolloutScenario());

        Assert.Equal(Phase.RollingBack, rollout.State.Phase);
        Assert.DoesNotContain("trail", rollout.Transition, StringComparison.Ordinal);
        Assert.DoesNotContain("trail", Vocabulary.Write(rollout.Row), StringComparison.Ordinal);
        Assert.DoesNotContain("traces", rollout.Transition, StringComparison.Ordinal);
    }

    [Fact]
    public void It_is_explained_with_what_is_missing_and_why()
    {
        var rollout = Failed(new RolloutScenario(spec => spec with
        {
            Traces = Tempo,
            Links = Links with { Logs = null, NoLogs = "its version could change it" },
        }));

        Assert.Equal(
            "no link to logs: its version could change it; traces are asked for",
            string.Join("; ", Explained(rollout).Notes));
        Assert.Equal(
            "traces could not be read: 503; asked again at 09:02:15Z, 4 more times at most",
            Explained(NotFound(rollout, "503")).Notes[^1]);
        rollout.After(TimeSpan.FromSeconds(15));
        Assert.Equal(
            "no traces yet; asked again at 09:02:30Z, 3 more times at most", Explained(Found(rollout)).Notes[^1]);
        rollout.After(TimeSpan.FromSeconds(15));
        Assert.Equal(new("a1", "https://g/a1"), Assert.Single(Explained(Found(rollout, "a1")).Traces));
    }

    [Fact]
    public void People_read_where_to_look()
    {
        var text = ExplanationText.Of(Explain.Of(Failed().Spec, Found(Failed(), "a1").Row, Failed().Now), 100);

        Assert.Contains(
            "trail     signals/errors failed for 2.0 from 09:01:00Z to 09:02:00Z\n"
            + "          logs   https://l/2.0?from=1772442060000\n"
            + "          trace  https://g/a1\n"
            + "way back  1.0", text, StringComparison.Ordinal);
    }

    private static IEnumerable<string> IdsOf(RolloutScenario rollout) => rollout.State.Trail!.Traces!.Ids;

    private static DateTimeOffset? MovesAt(RolloutScenario rollout) => Explain.Of(
        rollout.Spec, rollout.Row, rollout.Now).Moves.First(move => move.What == "the way back goes on").At;

    private static ExplainedTrail Explained(RolloutScenario rollout) =>
        Explain.Of(rollout.Spec, rollout.Row, rollout.Now).Trail!;
}
