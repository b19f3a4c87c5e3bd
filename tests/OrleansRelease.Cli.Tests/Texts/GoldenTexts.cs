using OrleansRelease.Cli.Tests.Harness;
using OrleansRelease.Cli.Texts;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Analysis.Seasonal;
using OrleansRelease.Core.Doctor;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Freezes;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Planning;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Slos;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Cli.Tests.Texts;

/// <summary>What people read at 3 a.m., as it is checked in.</summary>
public sealed class GoldenTexts
{
    private const int Width = 112;

    [Fact]
    public void Explain_of_one_that_is_held_without_evidence() =>
        Golden.Check("explain-held", ExplanationText.Of(Seeds.Explain(Seeds.Held), Width));

    [Fact]
    public void Explain_of_one_that_a_finding_holds() =>
        Golden.Check("explain-held-by-finding", ExplanationText.Of(Seeds.Explain(Seeds.HeldByFinding), Width));

    [Fact]
    public void One_verdict_with_what_it_was_made_from() =>
        Golden.Check("verdict", VerdictText.Of(VerdictSeed.Failed(), Seeds.Now, Width));

    [Fact]
    public void Plan_of_an_emergency() => Golden.Check("plan-emergency", PlanText.Of(
        RolloutPlan.Of(
            Seeds.Spec, "sha256:4f1c09aa", VersionName.From("3.1.4"), emergency: "INC-4711: payments fail"),
        Seeds.Now, Width));

    [Fact]
    public void Explain_of_one_that_moves() =>
        Golden.Check("explain-moving", ExplanationText.Of(Seeds.Explain(Seeds.Moving), Width));

    [Fact]
    public void Explain_of_one_that_goes_back() =>
        Golden.Check("explain-going-back", ExplanationText.Of(Seeds.Explain(Seeds.GoingBack), Width));

    [Fact]
    public void Explain_of_one_that_has_succeeded() =>
        Golden.Check("explain-succeeded", ExplanationText.Of(Seeds.Explain(Seeds.Succeeded), Width));

    [Fact]
    public void Explain_of_one_that_waits_for_another_service() =>
        Golden.Check("explain-requiring", ExplanationText.Of(WaitingSeed.Explain(), Width));

    [Fact]
    public void Plan_of_one_that_would_wait_for_another_service() => Golden.Check("plan-requiring", PlanText.Of(
        RolloutPlan.Of(
            Seeds.Spec with { Requires = [WaitingSeed.Cart, WaitingSeed.Catalog] }, "sha256:4f1c09aa",
            VersionName.From("3.1.4"),
            [
                new StableOf(WaitingSeed.Cart.Service, VersionName.From("1.8.2")),
                new StableOf(WaitingSeed.Catalog.Service, VersionName.From("2.4.1")),
            ]),
        Seeds.Now, Width));

    [Fact]
    public void Explain_of_one_whose_environment_is_frozen() =>
        Golden.Check("explain-frozen", ExplanationText.Of(Seeds.Explain(Seeds.Frozen), Width));

    [Fact]
    public void Explain_of_a_release_that_waits_for_a_slot() =>
        Golden.Check("release-leasing", ReleaseTexts.Of(ReleaseSeed.Leasing(), Width));

    [Fact]
    public void Explain_of_a_release_that_goes_back() =>
        Golden.Check("release-going-back", ReleaseTexts.Of(ReleaseSeed.GoingBack(), Width));

    [Fact]
    public void Explain_of_a_release_that_is_back_and_stabilises() =>
        Golden.Check("release-stabilising", ReleaseTexts.Of(ReleaseSeed.Stabilising(), Width));

    [Fact]
    public void Explain_of_a_release_that_is_measured_before_it_goes_on() =>
        Golden.Check("release-soaking", ReleaseTexts.Of(ReleaseSeed.Soaking(), Width));

    [Fact]
    public void Plan_that_is_ready() => Golden.Check("plan-ready", PlanText.Of(
        RolloutPlan.Of(Seeds.Spec, "sha256:4f1c09aa", VersionName.From("3.1.4")), Seeds.Now, Width));

    [Fact]
    public void Plan_of_one_that_has_a_price() => Golden.Check("plan-priced", PlanText.Of(
        RolloutPlan.Of(
            Seeds.Spec with
            {
                Slos =
                [
                    new Slo(
                        "availability", 0.999m, TimeSpan.FromDays(30), Seeds.Spec.Background[0].Name,
                        Seeds.Spec.Background[0].Source, TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(5), 10),
                ],
                DegradationBudget = 0.25m,
            },
            "sha256:4f1c09aa", VersionName.From("3.1.4"), stable: null,
            new AskedBefore(
                new Dictionary<string, BudgetLeft>
                {
                    ["availability"] =
                        new BudgetLeft.Measured(0.61, new TimeSpan(0, 26, 21), TimeSpan.FromDays(30)),
                },
                new Dictionary<string, Telemetry>
                {
                    [Seeds.Spec.Background[0].Name] = new Telemetry.Absent("there is no metric eror"),
                })),
        Seeds.Now, Width));

    [Fact]
    public void Plan_of_one_that_comes_after_another() => Golden.Check("plan-held", PlanText.Of(
        RolloutPlan.Of(Seeds.Spec, "sha256:4f1c09aa", VersionName.From("3.1.4")) with
        {
            HeldBy = new("checkout.production.41", VersionName.From("3.1.5"), IsWaiting: false),
        },
        Seeds.Now, Width));

    [Fact]
    public void Plan_in_a_frozen_environment() => Golden.Check("plan-frozen", PlanText.Of(
        RolloutPlan.Of(Seeds.Spec, "sha256:4f1c09aa", VersionName.From("3.1.4")) with { Freeze = Seeds.Freeze },
        Seeds.Now, Width));

    [Fact]
    public void What_freezing_and_thawing_did() => Golden.Check("freeze", string.Join('\n',
        from outcome in Enum.GetValues<FreezeOutcome>()
        from dryRun in new[] { false, true }
        let freeze = outcome is FreezeOutcome.Thawed or FreezeOutcome.Unchanged ? null : Seeds.Freeze
        select FreezeTexts.Of(new(Seeds.Id.Slot.Environment, outcome, freeze), dryRun, Seeds.Now)));

    [Fact]
    public void Plan_that_would_be_refused() => Golden.Check("plan-refused", PlanText.Of(
        RolloutPlan.Of(Seeds.Spec with { RollbackWithin = TimeSpan.FromMinutes(1) }, "sha256:4f1c09aa", null),
        Seeds.Now, Width));

    [Fact]
    public void Watch_of_one_that_moves() => Golden.Check("watch-moving", Frame(Seeds.Moving));

    [Fact]
    public void The_reference_shows_what_watch_shows() => Assert.Contains(
        File.ReadAllText(Path.Combine(Repository.Root, "tests/OrleansRelease.Cli.Tests/Golden/watch-moving.txt")),
        File.ReadAllText(Path.Combine(Repository.Root, "docs/reference/cli.md")), StringComparison.Ordinal);

    [Fact]
    public void Watch_of_one_that_error_budgets_judge() =>
        Golden.Check("watch-burns", WatchText.Frame(
            BurningSeed.Moving, BurningSeed.Spec, Seeds.Now + TimeSpan.FromSeconds(27), Seeds.Now, Width));

    [Fact]
    public void Explain_of_one_that_error_budgets_judge() => Golden.Check("explain-burns", ExplanationText.Of(
        Explain.Of(BurningSeed.Spec, Seeds.RowOf(BurningSeed.Moving), Seeds.Now), Width));

    [Fact]
    public void Plan_of_one_that_error_budgets_judge() => Golden.Check("plan-burns", PlanText.Of(
        RolloutPlan.Of(BurningSeed.Spec, "sha256:4f1c09aa", VersionName.From("3.1.4")), Seeds.Now, Width));

    [Fact]
    public void Watch_of_one_whose_page_is_checked() =>
        Golden.Check("watch-monitor", WatchText.Frame(
            MonitorSeed.Moving, MonitorSeed.Spec, Seeds.Now + TimeSpan.FromSeconds(27), Seeds.Now, Width));

    [Fact]
    public void Plan_of_one_whose_page_is_checked() => Golden.Check("plan-monitor", PlanText.Of(
        RolloutPlan.Of(MonitorSeed.Spec, "sha256:4f1c09aa", VersionName.From("3.1.4")), Seeds.Now, Width));

    [Fact]
    public void Explain_of_one_whose_page_fails() => Golden.Check("explain-monitor", ExplanationText.Of(
        Explain.Of(MonitorSeed.Spec, Seeds.RowOf(MonitorSeed.GoingBack), Seeds.Now), Width));

    [Theory]
    [InlineData("watch-past", Verdict.Pass, "412 ms, usual 398 ms, allowed up to 517.4 ms")]
    [InlineData(
        "watch-unlike-the-past", Verdict.Fail, "unlike the past: 412 ms, usual 205 ms, allowed up to 293.6 ms")]
    public void Watch_of_one_that_is_held_against_the_past(string golden, Verdict verdict, string told)
    {
        var p99 = Seeds.Moving.Tallies["golden-signals/p99"];
        var seen = p99.Recent[^1] with
        {
            Verdict = verdict,
            Detail = told + " (14 days, tolerance 30 %, 4.2 × 21 ms)",
        };
        var state = Seeds.Moving with
        {
            Tallies = Seeds.Moving.Tallies.SetItem(
                seen.Metric, p99 with { Recent = [.. p99.Recent[..^1], seen] }),
        };
        var spec = Seeds.Spec with
        {
            Background =
            [
                .. Seeds.Spec.Background.Select(metric => metric.Name != seen.Metric
                    ? metric
                    : metric with
                    {
                        Thresholds = new(null, null, null),
                        DryRun = true,
                        History = new(14, 0.3, BadChange.Increase, "q"),
                    }),
            ],
        };
        Golden.Check(golden, Frame(state, spec));
    }

    [Fact]
    public void Watch_of_one_that_is_held() => Golden.Check("watch-held", Frame(Seeds.Held));

    [Fact]
    public void Watch_of_one_that_a_finding_holds() =>
        Golden.Check("watch-held-by-finding", Frame(Seeds.HeldByFinding));

    [Fact]
    public void Watch_of_one_that_goes_back() => Golden.Check("watch-going-back", Frame(Seeds.GoingBack));

    [Fact]
    public void Watch_in_a_pipe() => Golden.Check("watch-lines", string.Join('\n',
        new[] { Seeds.Moving, Seeds.Frozen, Seeds.Held, Seeds.GoingBack, Seeds.Succeeded }
            .Select(state => WatchText.Line(state, Seeds.Spec))));

    [Fact]
    public void Apply_of_a_file_with_a_change() => Golden.Check("apply-changed", ApplyText.Of(new Changes(true,
    [
        new("Service", "cart", "Unchanged", []),
        new("Service", "catalog", "Created", ["+ kind: Service"]),
        new("Service", "checkout", "Changed",
        [
            "  apiVersion: orleansrelease/v1", "  kind: Service", "  metadata:", "    name: checkout", "  spec:",
            "    owner: payments", "-   strategy: canary", "+   strategy: careful", "    rollback:", "      within: 5m",
        ]),
    ])));

    [Fact]
    public void Doctor_when_all_is_well() => Golden.Check("doctor-well", DoctorText.Of(new(
        SystemProblems.Of(Healthy), 212, [], false), Width));

    [Fact]
    public void Doctor_after_a_restore() => Golden.Check("doctor-restored", DoctorText.Of(new(
        SystemProblems.Of(Healthy with
        {
            Epoch = 2,
            StoredEpoch = 2,
            NewestFormat = 2,
            Servers = [new("node-1-4711", 2), new("node-2-812", 1), new("node-3-90", null)],
            Quarantined = 1,
            QuarantinedRows = [new("rollout", "cart.production.3", "its specification cannot be read")],
            Overdue = 12,
            OldestDue = Seeds.Now - TimeSpan.FromMinutes(3),
            LargeRows = 1,
            ClockAhead = TimeSpan.FromSeconds(-2.5),
            UnreadableFreezes = [new(EnvironmentName.From("staging"), Seeds.Now + TimeSpan.FromHours(2))],
        }), 212,
        [
            new(SlotKey.From("checkout.production"),
            [
                "the store was restored, and what is there is not what is on record",
                "requests go to 3.2.0 100 %; on record 3.2.0 has 10 %, 3.1.4 the rest", "3.1.4 does not run",
            ]),
        ], true), Width));

    private static SystemReport Healthy => new(
        Seeds.Now, TimeSpan.Zero, 1, 1, 7, 7, 1, 1, [new("node-1-4711", 1)], 0, [], 0, null, 0);

    [Fact]
    public void Text_changes_only_when_something_happened() =>
        Assert.Equal(
            WatchText.Line(Seeds.Moving, Seeds.Spec),
            WatchText.Line(Seeds.Moving with { Health = null, Tallies = Seeds.Held.Tallies }, Seeds.Spec));

    [Fact]
    public void Every_value_comes_through_the_wire_as_it_was()
    {
        var explanation = Seeds.Explain(Seeds.Held);
        Assert.Equal(
            ExplanationText.Of(explanation, Width),
            ExplanationText.Of(Vocabulary.Read<Explanation>(Vocabulary.Write(explanation)), Width));
        Assert.Equal(
            Frame(Seeds.GoingBack),
            Frame(Vocabulary.Read<RolloutState>(Vocabulary.Write(Seeds.GoingBack)), Vocabulary.Read<RolloutSpec>(
                Vocabulary.Write(Seeds.Spec))));
    }

    [Theory]
    [InlineData(0, "░░░░░░░░░░░░░░░░░░░░ 0 %")]
    [InlineData(1, "█░░░░░░░░░░░░░░░░░░░ 0.01 %")]
    [InlineData(5000, "██████████░░░░░░░░░░ 50 %")]
    [InlineData(10000, "████████████████████ 100 %")]
    public void Some_traffic_is_never_drawn_as_none(int points, string bar) => Assert.Contains(
        bar, Frame(Seeds.Moving with { Exposure = Seeds.Moving.Exposure with { Confirmed = new Weight(points) } }),
        StringComparison.Ordinal);

    private static string Frame(RolloutState state, RolloutSpec? spec = null) =>
        WatchText.Frame(state, spec ?? Seeds.Spec, Seeds.Now + TimeSpan.FromSeconds(27), Seeds.Now, Width);
}
