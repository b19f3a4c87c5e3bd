using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Leases;
using OrleansRelease.Core.Planning;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Tests.Releases;

/// <summary>Every input in every place is taken, or refused with what would be accepted; both are explained.</summary>
public sealed class EveryPlaceOfARelease
{
    private static readonly ActorName Anna = PassageScenario.Anna;

    private static readonly PassageId Other = PassageId.From("other.production.1");

    private static readonly Dictionary<string, Func<PassageScenario>> Places = new()
    {
        ["requiring"] = () => new PassageScenario("a; b: a", spec => spec with { Requires = [Requires] }),
        ["leasing"] = () => new PassageScenario("a; b: a"),
        ["leasing the last"] = () => new PassageScenario("a; b: a").Granted("a"),
        ["moving"] = Moving,
        ["one verified"] = () => Moving().Verified("a"),
        ["one goes back alone"] = () => Alone().Failed("a"),
        ["one is stuck alone"] = () => Alone().Failed("a").Stuck("a"),
        ["one is retried alone"] = () =>
            Alone().Failed("a").Stuck("a").Asked(new PassageInput.Retry(Anna, null)),
        ["paused"] = () => Moving().Paused(),
        ["held by a failure"] = Holding,
        ["held by both"] = () => Holding().Paused(),
        ["halting"] = () => Moving().Verified("a").Aborted(),
        ["going back"] = () => Moving().Verified("a").Failed("b").Halted("a"),
        ["going back on an assumption"] = () => Moving().Verified("a").Failed("b").After(PassageLimits.HaltWithin),
        ["undoing"] = () => Moving().Verified("a").Failed("b").Halted("a").Back("b"),
        ["stuck on the way back"] = () => Moving().Verified("a").Failed("b").Halted("a").Back("b").Stuck("a"),
        ["overdue"] = () => Moving().Verified("a").Failed("b").Halted("a").After(TimeSpan.FromHours(1)),
        ["stabilising"] = () => Stabilising(),
        ["stabilising, and measured"] = () => Stabilising().After(TimeSpan.FromSeconds(30)).Take(
            Read(Verdict.Pass, PassageScenario.Began + TimeSpan.FromSeconds(30))),
        ["not seen to be stable"] = () => Stabilising().After(TimeSpan.FromHours(1)),
        ["succeeded"] = () => Moving().Verified("a b"),
        ["partial"] = () => new PassageScenario(
            "a; b", spec => spec with { OnFailure = OnFailure.RollbackService }).Leased().Verified("b").Back("a"),
        ["rolled back"] = () => Moving().Failed("a").Back("a"),
        ["cancelled"] = () => new PassageScenario("a").Aborted(),
        ["stood upon"] = () => Back(waits: true),
        ["looking"] = () => Back().Leased(),
        ["looking in vain"] = () => Back().Leased().Take(new PassageInput.StandingNotRead("not JSON")),
        ["taking back what has completed"] = () => Back().Leased().Take(new PassageInput.StandingRead([], [])),
        ["superseded"] = () => new PassageScenario("a").Take(new PassageInput.Supersede(Other)),
    };

    public static TheoryData<string> Names => [.. Places.Keys];

    private static Requirement Payments => new(ServiceName.From("payments"), VersionName.From("2.1.0"));

    private static PassageRequirement Requires => new(Payments, Otherwise.Wait);

    [Theory]
    [MemberData(nameof(Names))]
    public void Takes_or_refuses_everything_and_says_why_it_is_where_it_is(string name)
    {
        foreach (var index in Enumerable.Range(0, Inputs(Places[name]()).Count))
        {
            var release = Places[name]();
            Explained(release);
            var input = Inputs(release)[index];
            var isCommand = input is PassageInput.Pause or PassageInput.Resume or PassageInput.Abort
                or PassageInput.Retry or PassageInput.Leave or PassageInput.Withdraw;
            if (!isCommand)
                release.Take(input);
            else if (release.Ask(input) is { } refusal)
                Assert.True(refusal is { Code: not RefusalCodes.Poisoned, Accepted.Length: > 0 }, $"{input}");
            Explained(release);
        }
    }

    [Fact]
    public void Every_stage_phase_and_input_occurs()
    {
        var places = Places.Values.Select(make => make()).ToList();
        Assert.Empty(Cases<PassageStage>().Except(places.Select(place => place.State.Stage.GetType())));
        Assert.Empty(Enum.GetValues<PassagePhase>().Except(places.Select(place => place.State.Phase)));
        Assert.Empty(Cases<PassageInput>().Except(Inputs(places[0]).Select(input => input.GetType())));
        var parts = places.SelectMany(place => place.State.Parts).Select(part => part.Stage.GetType());
        Assert.Equal([typeof(PartStage.Left)], Cases<PartStage>().Except(parts));
    }

    private static PassageScenario Moving() => new PassageScenario("a; b: a").Leased();

    private static PassageScenario Stabilising() => new PassageScenario(
        "a; b: a", spec => spec with
        {
            Stabilise = new(TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(15)),
        }).Leased().Verified("a").Failed("b").Halted("a").Back("b a");

    private static PassageInput.CriteriaRead Read(Verdict verdict, DateTimeOffset to) =>
        new(to, verdict, "a: errors", to + TimeSpan.FromMinutes(1));

    private static PassageScenario Back(bool waits = false)
    {
        var by = new StandsOn(
            Other, ServiceName.From("b"), VersionName.From("3.0"), DateTimeOffset.UnixEpoch, ServiceName.From("a"));
        return new("a; b: a", spec => spec with
        {
            Services =
            [
                .. spec.Services.Select(entry => entry with
                {
                    Reverses = new(
                        new(entry.Version, entry.SpecHash, DateTimeOffset.UnixEpoch, Passage: PassageScenario.Id),
                        new(VersionName.From("1.0"), "sha256:one", DateTimeOffset.UnixEpoch)),
                }),
            ],
            Reverses = new(PassageScenario.Id, null, [], waits ? [by] : [], waits, []),
        });
    }

    private static PassageScenario Alone() => new PassageScenario(
        "a; b: a", spec => spec with { OnFailure = OnFailure.RollbackService }).Leased();

    private static PassageScenario Holding() => new PassageScenario(
        "a; b: a", spec => spec with { OnFailure = OnFailure.Hold }).Leased().Failed("a");

    private static void Explained(PassageScenario release)
    {
        Assert.All(
            PassageReasons.Of(release.Spec, release.State, release.Now).DefaultIfEmpty(""),
            reason => Assert.NotEmpty(reason));
        var explained = ExplainPassage.Of(release.Spec, release.Row, slot => $"{Other} has {slot}", release.Now);
        Assert.Equal(release.Spec.Services.Length, explained.Services.Length);
        Assert.True(
            release.State.IsTerminal || explained.Moves.Length > 0, $"nothing would move it: {release.State.Stage}");
        if (release.State.Stage is PassageStage.Leasing)
            Assert.Contains(explained.Because, reason => reason.Contains($"{Other}", StringComparison.Ordinal));
        var plan = PlannedRollback.Of(release.Spec, release.State, release.Now);
        Assert.All(plan.Steps, step => Assert.True(step.Standing is { Length: > 0 } || !plan.IsCarriedOut));
        Assert.All(plan.Steps, step => Assert.True(step.AtMost >= Sum(step.Limits)));
        Assert.All(plan.Steps, step => Assert.Equal(step.Steps.Length, step.Limits!.Value.Length));
        // What is said to be summed up is the slowest way through the steps, each of which is read.
        if (release.State.Stage is PassageStage.Stabilising) return;
        // Of what has completed nothing is back before that was begun.
        var isBegun = release.Spec.Reverses is null || release.State.Stage is PassageStage.GoingBack;
        var ends = new Dictionary<ServiceName, TimeSpan>();
        foreach (var step in plan.Steps)
        {
            var own = isBegun && release.State.PartOf(step.Service).IsClear
                ? TimeSpan.Zero
                : step.AtMost + PassageLimits.ReadBackAgainAfter;
            ends[step.Service] = own + step.After.Select(one => ends[one]).DefaultIfEmpty(TimeSpan.Zero).Max();
        }

        Assert.Equal(ends.Values.DefaultIfEmpty(TimeSpan.Zero).Max(), Sum(plan.Sum!.Value
            .SkipWhile(part => !part.What.EndsWith(" taken back", StringComparison.Ordinal))
            .Where(part => part.What != "one failover").Select(part => part.AtMost)));

        static TimeSpan Sum(IEnumerable<TimeSpan>? all) =>
            (all ?? []).Aggregate(TimeSpan.Zero, (sum, one) => sum + one);
    }

    private static List<PassageInput> Inputs(PassageScenario release)
    {
        var (a, parts) = (ServiceName.From("a"), release.State.Parts);
        var inputs = new List<PassageInput>
        {
            new PassageInput.Begin(
                PassageScenario.Id, "sha256:release", Anna, Rank.Of(PassageScenario.Id, release.Now, 0)),
            new PassageInput.Tick(),
            new PassageInput.OutcomeReported(new(1, 1, new Outcome.Refused("no"))),
            new PassageInput.RequiredRead([new StableOf(Payments.Service, Payments.AtLeast)]),
            new PassageInput.RequiredRead([]),
            new PassageInput.SlotGranted(a, parts[0].Claim, PassageScenario.GrantOf(release.Spec, a)),
            new PassageInput.SlotWanted(a, parts[0].Claim, Other),
            new PassageInput.SlotRefused(a, parts[0].Claim, Other),
            new PassageInput.Supersede(Other),
            new PassageInput.Heard([]),
            new PassageInput.RungInVain(Payments.Service),
            Read(Verdict.Pass, release.Now), Read(Verdict.Fail, release.Now),
            Read(Verdict.Pass, release.Now + TimeSpan.FromHours(1)),
            new PassageInput.NothingJudged("nothing is"),
            new PassageInput.StandingRead([], []),
            new PassageInput.StandingNotRead("slot web.production: not JSON"),
            new PassageInput.Pause(Anna, "why"),
            new PassageInput.Resume(Anna, "why"),
            new PassageInput.Abort(Anna, "why"),
            new PassageInput.Retry(Anna, "why"),
            new PassageInput.Leave(a, Anna, "why"),
            new PassageInput.Withdraw(PassageScenario.Id, "sha256:release", Anna, "why"),
        };
        if (parts[0].Grant is null) return inputs;
        PartStage[] stages =
        [
            new PartStage.Moving(), new PartStage.Verified(), new PartStage.GoingBack("no"),
            new PartStage.Halted(new(true, true)), new PartStage.Halted(new(false, false)),
            new PartStage.Halted(new(true, true, release.Now.AddMinutes(1))), new PartStage.Stuck("no"),
            new PartStage.Back("no"), new PartStage.Left("taken"),
        ];
        inputs.AddRange(stages.Select(stage => new PassageInput.Heard([release.News(a, stage)])));
        return inputs;
    }

    private static IEnumerable<Type> Cases<T>() => typeof(T).GetNestedTypes();
}
