using System.Text;
using System.Text.Json.Nodes;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Attribution;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Planning;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Slos;
using OrleansRelease.Core.Tests.Json;
using OrleansRelease.Core.Tests.Rollouts;
using static OrleansRelease.Core.Tests.Slos.BurningRollout;

namespace OrleansRelease.Core.Tests.Slos;

public sealed class WhenABurnJudgesARollout
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void A_page_of_the_candidates_own_requests_takes_it_back_and_says_why()
    {
        // 0.4 % of the service, and 8 % of its own: 40 ÷ 500 ÷ 0.001 = 80.
        var burning = new BurningRollout { Own = _ => (40, 500) }.For(Hour);

        Assert.True(burning.IsBack);
        Assert.Equal(burning.Since + (Minute * 5), burning.Rollout.Now);
        Assert.Equal(
            "slo/availability/candidate failed: its error budget burns 80× over 5m and 80× over 1h, both above 14.4× "
            + "(page): 40 bad of 500 in 1h",
            ((Stage.GoingBack)burning.Rollout.State.Stage).Cause.Text);
    }

    [Fact]
    public void What_it_burns_of_the_whole_service_takes_it_back_too()
    {
        // It harms others: of its own requests none is bad.
        var burning = new BurningRollout { OfAll = after => (after > Hour ? 500 : 1, 10_000) }.For(Hour * 3);

        Assert.True(burning.IsBack);
        Assert.StartsWith(
            "slo/availability/whole failed: its error budget burns 50× over 5m",
            ((Stage.GoingBack)burning.Rollout.State.Stage).Cause.Text, StringComparison.Ordinal);
    }

    /// <summary>Whoever is the suspect goes back, and no other one; nor is it held against it later.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_all_versions_burn_is_not_its_doing_while_an_inquiry_says_so(bool isAnothers)
    {
        var burning = new BurningRollout
        {
            OfAll = after => (after > Hour && after <= Hour * 2 ? 500 : 1, 10_000),
        }.For(Hour);
        for (var minute = 0; minute < 63 && !burning.IsBack; minute++)
        {
            burning.Rollout.Told(it => isAnothers ? Own(Found.BlameOfAnother(it)) : Own(Found.Cleared(it)));
            burning.For(Minute);
        }

        Assert.False(burning.IsBack);
        Assert.Equal(0, burning.Rollout.State.Tallies[Whole].Failed);
        // The service is well again, and nobody says anything any more.
        Assert.False(burning.For(Hour * 12).IsBack);
    }

    [Fact]
    public void What_all_versions_burn_takes_it_back_when_nobody_has_asked_for_a_while()
    {
        var burning = new BurningRollout { OfAll = after => (after > Hour ? 500 : 1, 10_000) }.For(Hour);
        burning.Rollout.Told(it => Own(Found.Cleared(it)));

        Assert.True(burning.For(Minute * 20).IsBack);
        Assert.True(burning.Rollout.Now > burning.Since + Hour + (Minute * 5));
    }

    /// <summary>A judge that finds nobody lets nobody off.</summary>
    [Fact]
    public void What_all_versions_burn_takes_it_back_when_nothing_gets_clear_for_ten_minutes()
    {
        var burning = new BurningRollout { OfAll = after => (after > Hour ? 500 : 1, 10_000) }
            .For(Hour + (Minute * 15));
        for (var minute = 0; minute < 20 && !burning.IsBack; minute++)
        {
            burning.Rollout.Told(it => Own(Found.Undecided(it)));
            burning.For(Minute);
        }

        Assert.Contains(
            burning.Rollout.State.Tallies[Whole].Recent,
            look => look is { Verdict: Verdict.Fail, Counted: false });
        Assert.IsType<Cause.MetricFailed>(Assert.IsType<Stage.GoingBack>(burning.Rollout.State.Stage).Cause);
        Assert.True(burning.Rollout.Now >= burning.Since + Hour + (Minute * 25));
    }

    private static Finding Own(Finding finding) => finding with { Slot = RolloutScenario.Id.Slot };

    [Fact]
    public void Too_few_bad_requests_are_no_way_back_and_hold_nothing()
    {
        // One of three is 333 times too many, and chance in three of a thousand such tiles.
        var burning = new BurningRollout(spec => spec with { Slos = [spec.Slos!.Value[0] with { MinSamples = 1 }] })
        {
            Own = after => (after == Minute * 5 ? 1 : 0, 3),
        }.For(Minute * 5);

        Assert.IsType<Stage.Moving>(burning.Rollout.State.Stage);
        var look = burning.Last(Candidate)!;
        Assert.Equal(Verdict.Inconclusive, look.Verdict);
        Assert.EndsWith(
            "(page): 1 bad of 3 in 1h, which may be chance (1 in 334) and takes nothing back", look.Detail,
            StringComparison.Ordinal);
        Assert.Equal(Verdict.Fail, BurnJudge.Judge(
            burning.Rollout.Spec.Slos!.Value[0], BurnScope.Candidate, look.Burn!.Pairs).Verdict);
        Assert.IsType<Stage.Moving>(burning.For(Hour * 20).Rollout.State.Stage);
    }

    [Fact]
    public void What_burned_the_service_before_its_first_request_is_noted_and_no_more()
    {
        var burning = new BurningRollout { OfAll = after => (after > -Hour * 3 ? 500 : 0, 10_000) }.For(Hour * 8);

        Assert.False(burning.IsBack);
        Assert.Equal(Verdict.Pass, burning.Last(Whole)!.Verdict);
        Assert.EndsWith("(page), since before the rollout", burning.Last(Whole)!.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Counts_that_contradict_each_other_are_an_error_while_they_are_the_newest_and_then_not_counted()
    {
        var burning = new BurningRollout { Own = after => (after == Minute * 5 ? 700 : 0, 500) }.For(Minute * 5);
        Assert.Equal(Verdict.Error, burning.Last(Candidate)!.Verdict);

        burning.For(Minute * 10);
        Assert.Equal(Verdict.Pass, burning.Last(Candidate)!.Verdict);
        var hour = burning.Last(Candidate)!.Burn!.Pairs[0].LongWindow;
        Assert.Equal((0, 1000, Minute * 10), (hour.Bad, hour.Total, hour.Covered));
    }

    [Fact]
    public void A_ticket_of_the_candidate_is_inconclusive_for_days_and_holds_nothing()
    {
        var burning = new BurningRollout { Own = _ => (2, 500) }.For(Hour * 30);

        Assert.IsType<Stage.Moving>(burning.Rollout.State.Stage);
        Assert.Equal(Verdict.Inconclusive, burning.Last(Candidate)!.Verdict);
        Assert.Contains("(ticket)", burning.Last(Candidate)!.Detail, StringComparison.Ordinal);
    }

    public static TheoryData<string> Missing => ["no-data", "error", "nothing"];

    [Theory]
    [MemberData(nameof(Missing))]
    public void Missing_numbers_are_no_success_and_hold_nothing_and_are_told(string what)
    {
        var burning = new BurningRollout
        {
            Own = _ => null,
            OfAll = _ => null,
            Instead = what switch
            {
                "no-data" => new Reading.NoData("bad: there is no metric http_total"),
                "error" => new Reading.Error("no answer within 10s"),
                _ => null,
            },
        }.For(Hour * 12);

        Assert.IsType<Stage.Moving>(burning.Rollout.State.Stage);
        Assert.Equal(0, burning.Rollout.State.Tallies[Candidate].Passed + burning.Rollout.State.Tallies[Whole].Passed);
        var told = Explain.Of(burning.Rollout.Spec, burning.Rollout.Row, burning.Rollout.Now).Burns!.Value;
        Assert.Equal([Candidate, Whole], told.Select(burn => burn.Metric));
        var reason = what switch
        {
            "no-data" => "bad: there is no metric http_total",
            "error" => "no answer within 10s",
            _ => "0 requests in 5m, 10 are needed",
        };
        Assert.All(told, burn => Assert.Equal(reason, burn.Detail));
    }

    [Fact]
    public void Explain_tells_each_burn_with_its_arithmetic()
    {
        var burning = new BurningRollout().For(Minute * 10);
        var it = Explain.Of(burning.Rollout.Spec, burning.Rollout.Row, burning.Rollout.Now);

        Assert.Equal((1000, 0d), (it.Burns!.Value[0].Burn!.Pairs[0].LongWindow.Total, it.Burns.Value[0].Burn!.Pairs[0]
            .LongWindow.Burn));
        Assert.Contains(
            "budgets   slo/availability/candidate Pass at 09:10:00Z: 1h 0× of 14.4×, 6h 0× of 6×, 1d 0× of 3×, "
            + "3d 0× of 1×",
            ExplanationText.Lines(it, 200));
    }

    [Fact]
    public void Neither_bound_nor_price_nor_gates_rest_on_it()
    {
        var burning = new BurningRollout().For(Minute * 3);
        var spec = burning.Rollout.Spec;
        var without = spec with { Metrics = spec.Metrics! with { Adapter = "http" } };

        Assert.Equal([Candidate, Whole], spec.Burns.Select(metric => metric.Name));
        Assert.Empty(without.Burns);
        Assert.Null(SameContent.Difference(Bound.Of(without, true), Bound.Of(spec, true), "bound"));
        var priced = spec with { Slos = [spec.Slos!.Value[0] with { Metric = "signals/errors" }] };
        Assert.Null(SameContent.Difference(
            SloPrice.Of(priced with { Metrics = without.Metrics }, Hour), SloPrice.Of(priced, Hour), "prices"));
        Assert.Single(SloPrice.Of(priced, Hour));
        // No look yet: the next share does not wait for one.
        Assert.Null(burning.Last(Candidate));
        burning.Rollout.Promoted().Healthy();
        Assert.True(burning.Rollout.State.Exposure.Changing);
    }

    [Fact]
    public void The_plan_says_what_it_is_judged_by()
    {
        var spec = new BurningRollout().Rollout.Spec;
        var plan = RolloutPlan.Of(spec, "sha256:two", Core.Identity.VersionName.From("1.0"));

        Assert.Equal(
            ["signals/errors max 5 %", $"{Candidate} burns 14.4× over 1h or 6× over 6h",
                $"{Whole} burns 14.4× over 1h or 6× over 6h"],
            plan.JudgedOn.Select(metric => $"{metric.Name} {metric.Limit}"));
    }

    [Fact]
    public void What_began_before_there_were_burns_ends_without_them()
    {
        var burning = new BurningRollout { Own = _ => (40, 500) };
        var stored = JsonNode.Parse(Vocabulary.Write(burning.Rollout.Row))!;
        var tallies = stored["state"]!["tallies"]!.AsObject();
        Assert.True(tallies.Remove(Candidate) && tallies.Remove(Whole));
        var row = Vocabulary.Read<Row<RolloutState>>(stored.ToJsonString());
        var later = burning.Rollout.Now + Hour;

        var due = Questions.Due(burning.Rollout.Spec, row.State!, later);
        Assert.Equal(["signals/errors"], due.Metrics.Select(question => question.Key));
        var window = new Window(0, burning.Since, burning.Since + BurnOf.Tile);
        Assert.IsNotType<StepResult<RolloutState>.Refused>(new RolloutDecider(burning.Rollout.Spec).Step(
            row, new RolloutInput.Answered([new(Candidate, window, new Reading.Counts(40, 500))], null), null, 1,
            later));
        Assert.NotNull(Explain.Of(burning.Rollout.Spec, row, later));
    }

    [Fact]
    public void What_is_kept_is_the_newest_arithmetic_only()
    {
        var tally = new BurningRollout().For(Hour * 5).Rollout.State.Tallies[Whole];

        Assert.Equal(BurnOf.KeptLooks, tally.Recent.Length);
        Assert.All(tally.Recent[..^1], look => Assert.Equal((null, ""), (look.Burn, look.Detail)));
        Assert.Equal(59, tally.Last!.Window.Number);
        Assert.Equal(
            [Hour, Hour * 6], tally.Last.Burn!.Pairs.Select(pair => pair.LongWindow.Length));
    }

    [Fact]
    public void The_looks_of_as_many_objectives_as_there_may_be_fit_into_a_row_twice()
    {
        var burning = new BurningRollout(spec => spec with
        {
            Slos =
            [
                .. Enumerable.Range(10, Slo.Most).Select(
                    n => spec.Slos!.Value[0] with { Name = new string('n', Label.MaxLength - 2) + n }),
            ],
        })
        {
            // Much burns and nothing convicts, in as many digits as there are.
            Own = _ => (1.2345678912345678, 500.12345678912347),
            OfAll = after => (after > TimeSpan.Zero ? 1.2345678912345678 : 0, 100.12345678912347),
            Instead = new Reading.Error(new string('e', 10_000)),
        }.For(Minute * 30);
        burning.Instead = null;
        burning.For(Minute * 5);

        Assert.IsType<Stage.Moving>(burning.Rollout.State.Stage);
        Assert.Equal(2 * Slo.Most, burning.Rollout.State.Tallies.Count(tally => tally.Value.Last!.Burn is not null));
        Assert.InRange(
            Encoding.UTF8.GetByteCount(Vocabulary.Write(burning.Rollout.Row)), 1, RowLimits.MaxBytes / 2);
    }

    [Fact]
    public void The_same_measurement_as_it_was_stored_gives_the_same_judgement()
    {
        var burning = new BurningRollout { Own = _ => (1.25, 500), OfAll = _ => (61.1, 10_000.3) };
        burning.Rollout.Unseen(Hour);
        var answered = burning.Answers();
        var again = Vocabulary.Read<RolloutInput>(Vocabulary.Write<RolloutInput>(answered));

        Assert.Equal(
            burning.Rollout.WhatIf(answered) is StepResult<RolloutState>.Written first ? first.Transition : "",
            burning.Rollout.WhatIf(again) is StepResult<RolloutState>.Written second ? second.Transition : "no");
    }

    [Fact]
    public void Counts_without_their_windows_are_no_success()
    {
        var spec = new BurningRollout().Rollout.Spec;
        var window = new Window(0, default, default(DateTimeOffset) + BurnOf.Tile);
        var judged = WindowJudge.Judge(
            spec.Burns[0], Tally.From(default), new(Candidate, window, new Reading.Counts(0, 1000)), true, 0);

        Assert.Equal(Verdict.NoData, judged.Verdict);
    }
}
