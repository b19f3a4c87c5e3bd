using OrleansRelease.Cli.Tests.Harness;
using OrleansRelease.Cli.Texts;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Planning;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Simulating;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Cli.Tests.Texts;

/// <summary>What people read of a release before it moves, as it is checked in.</summary>
public sealed class GoldenReleases
{
    private const int Width = 112;

    [Fact]
    public void Plan_that_is_ready() => Golden.Check("release-plan-ready", Text(ShopSeed.Plan()));

    [Fact]
    public void Plan_that_would_be_refused_in_a_frozen_environment() => Golden.Check("release-plan-refused", Text(
        ShopSeed.Plan(release => release with
        {
            Spec = release.Spec with
            {
                Rollback = new(TimeSpan.FromMinutes(1)),
                OnFailure = OnFailure.Hold,
                Requires =
                [
                    new(ServiceName.From("payments"), VersionName.From("2.1.0")),
                    new(ServiceName.From("stock"), VersionName.From("2.0.0"), Otherwise.Refuse),
                ],
            },
        }) with
        {
            Freeze = Seeds.Freeze,
        }));

    [Fact]
    public void The_way_back_of_a_plan() =>
        Golden.Check("release-plan-back", ReleasePlanText.Back(Sent(ShopSeed.Plan()), Width));

    [Fact]
    public void A_way_back_that_nobody_knows_takes_no_time()
    {
        var passage = PassageId.From("shop.production.1");
        var plan = PlannedRollback.Unknown(passage, "slot web.production cannot be read: not JSON");

        Assert.Equal(
            "shop.production.1 · plan 1, if shop.production.1 were taken back now\n"
            + "BACK      how it would be taken back is not known: slot web.production cannot be read: not JSON",
            ReleaseText.OfPlans(new(passage, plan, []), DateTimeOffset.UnixEpoch, Width));
    }

    [Theory]
    [InlineData("abort", true, "would be RollingBack after abort (dry run)", true)]
    [InlineData("abort", false, "is RollingBack", true)]
    [InlineData("retry", false, "is RollingBack", false)]
    public void An_abort_names_whom_it_takes_the_ground_from(string verb, bool dryRun, string does, bool named)
    {
        var (at, anna) = (DateTimeOffset.UnixEpoch, ActorName.From("anna"));
        var passage = PassageId.From("shop.production.1");
        var stage = new PassageStage.Halting(
            new PassageCause.Person(
                anna, null,
                [
                    new(
                        PassageId.From("winter.production.1"), ServiceName.From("cart"), VersionName.From("3.0.0"), at,
                        ServiceName.From("catalog")),
                ]),
            at);
        var state = new PassageState(
            passage, "sha256:x", anna, Core.Leases.Rank.Of(passage, at, 0), at, stage, at, [], at, null, 0, []);

        Assert.Equal(
            $"shop.production.1 {does}" + (named
                ? "\non it     winter.production.1 has brought cart 3.0.0 since, which needs catalog"
                : ""),
            ReleaseText.OfCommand(
                verb, new(passage, new(passage, PassagePhase.RollingBack, state), null), dryRun));
    }

    [Theory]
    [InlineData("release-rollback", true, WhenBuiltOn.Refuse)]
    [InlineData("release-rollback-hold", true, WhenBuiltOn.Hold)]
    [InlineData("release-rollback-held", false, WhenBuiltOn.Hold)]
    [InlineData("release-rollback-include", true, WhenBuiltOn.Include)]
    [InlineData("release-rollback-begun", false, WhenBuiltOn.Include)]
    public void Taking_back_what_has_completed(string golden, bool dryRun, WhenBuiltOn wanted) => Golden.Check(
        golden,
        ReleaseText.OfRollback(
            new(PassageId.From("shop-2026.11.3.production.2"), PassageId.From("shop-2026.11.3.production.1"),
                ReleaseSeed.Reversal(wanted == WhenBuiltOn.Include)),
            dryRun, wanted, Width));

    [Fact]
    public void Simulation_of_one_in_which_nothing_fails() =>
        Golden.Check("simulation", Text(ShopSeed.Simulate()));

    [Fact]
    public void Simulation_where_only_targets_know_their_instances()
    {
        var simulated = ShopSeed.Simulate();
        Golden.Check("simulation-peak", Text(simulated with
        {
            Course = simulated.Course with { CountedAsOne = [.. simulated.Course.CriticalPath] },
        }));
    }

    [Fact]
    public void Simulation_of_a_failure() =>
        Golden.Check("simulation-failure", Text(ShopSeed.Simulate("web/50%")));

    [Fact]
    public void Simulation_of_every_failure() =>
        Golden.Check("simulation-each-failure", Text(ShopSeed.Simulate(eachFailure: true)));

    [Fact]
    public void Apply_of_a_release_that_could_not_start_yet() => Golden.Check("apply-release", ApplyText.Of(new Changes(
        false,
        [
            new(
                "Release", "shop-2026.11.3", "Created", ["+ kind: Release"],
                ["there is no Service search yet", "there is no Environment rehearsal yet"]),
        ])));

    private static string Text(ReleasePlan plan) => ReleasePlanText.Of(Sent(plan), Seeds.Now, Width);

    private static string Text(ReleaseSimulation simulation) => SimulationText.Of(
        Vocabulary.Read<ReleaseSimulation>(Vocabulary.Write(simulation)), Width);

    private static ReleasePlan Sent(ReleasePlan plan) => Vocabulary.Read<ReleasePlan>(Vocabulary.Write(plan));
}
