using System.Globalization;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Tests.Simulation;
using Xunit.Abstractions;

namespace OrleansRelease.Core.Tests.Releases.Simulation;

/// <summary>
/// Two thousand worlds of releases with real rollouts, each from one seed: every invariant holds in each, also those of
/// one rollout. Beside them some of larger graphs, in which rollouts are played simply.
/// </summary>
[Collection(nameof(Alone))]
public sealed class WhenManyReleasesMove(ITestOutputHelper output)
{
    /// <summary>
    /// What all of them may take of the processors' time: two of them for two minutes.
    /// </summary>
    private static readonly TimeSpan Budget = TimeSpan.FromMinutes(2) * 2;

    /// <summary>What has to have happened for a run to mean something.</summary>
    private static readonly string[] Events =
    [
        "slots-yielded", "held-by-failure", "resumed-by-person", "part-left", "rollback-overdue", "\"plan\":2",
        "\"isAssumed\":true", "stuck", "slot-refused",
    ];

    /// <summary>The same of the worlds that are whole, with what rollouts and slots have decided there.</summary>
    private static readonly string[] WholeEvents =
    [
        "slots-yielded", "held-by-failure", "part-left", "\"plan\":2", "slot-refused", "never-began", "halted",
        "retried-by-release", "asked-to-yield", "superseded-by", "overtaken", "held-by-finding", "blamed-when-verified",
    ];

    /// <summary>From how many services to how many graphs are counted together.</summary>
    private static readonly (int Least, int Most)[] Sizes = [(2, 8), (9, 20), (21, 40), (41, 60)];

    /// <summary>
    /// How often each has to have come about in a thousand worlds, about half of what does: a world that does not bring
    /// it any more proves nothing of it.
    /// </summary>
    private static readonly Dictionary<Met, int> Promised = new()
    {
        [Met.Failure] = 440,
        [Met.Stuck] = 750,
        [Met.Abort] = 100,
        [Met.Crash] = 7_000,
        [Met.LostRing] = 9_000,
        [Met.LostCall] = 20_000,
        [Met.Doubled] = 10_000,
        [Met.Supersede] = 180,
        [Met.BrokenLease] = 30,
        [Met.SharedSlot] = 3_700,
        [Met.WaitedForSlot] = 900,
        [Met.Stabilised] = 190,
        [Met.NotStabilised] = 28,
        [Met.Announced] = 0,
        [Met.NoNumber] = 0,
    };

    /// <summary>The same of the worlds that are whole.</summary>
    private static readonly Dictionary<Met, int> PromisedWhole = new()
    {
        [Met.Failure] = 150,
        [Met.Stuck] = 550,
        [Met.Abort] = 36,
        [Met.Crash] = 3_600,
        [Met.LostRing] = 1_500,
        [Met.LostCall] = 8_000,
        [Met.Doubled] = 3_400,
        [Met.Supersede] = 210,
        [Met.BrokenLease] = 40,
        [Met.SharedSlot] = 1_300,
        [Met.WaitedForSlot] = 700,
        [Met.Stabilised] = 140,
        [Met.NotStabilised] = 38,
        [Met.Announced] = 20,
        [Met.NoNumber] = 690,
    };

    /// <summary>The same of worlds in which people take back what has completed.</summary>
    private static readonly Dictionary<Met, int> PromisedReversals = new()
    {
        [Met.Failure] = 360,
        [Met.Stuck] = 1_600,
        [Met.Abort] = 60,
        [Met.Crash] = 6_000,
        [Met.LostRing] = 5_600,
        [Met.LostCall] = 16_000,
        [Met.Doubled] = 7_700,
        [Met.Supersede] = 100,
        [Met.BrokenLease] = 22,
        [Met.SharedSlot] = 3_100,
        [Met.WaitedForSlot] = 480,
        [Met.Stabilised] = 380,
        [Met.NotStabilised] = 60,
        [Met.Announced] = 10,
        [Met.NoNumber] = 360,
    };

    internal static IEnumerable<string> Words => Events.Concat(WholeEvents).Concat(ReversalEvents).Distinct();

    private static readonly PassageId Shop1 = PassageId.From("shop.production.1");

    private static readonly Dictionary<ServiceName, IReadOnlySet<ServiceName>> Needs = new()
    {
        [ServiceName.From("web")] = Graph.Names("cart").ToHashSet(),
        [ServiceName.From("cart")] = new HashSet<ServiceName>(),
    };

    [Fact]
    public void Each_goes_by_its_needs_forward_and_back_and_all_come_to_their_end() =>
        Judge(ReleaseWorlds.Stubs, Events, Promised);

    [Fact]
    public void So_it_is_with_real_rollouts_beside_some_of_no_release() =>
        Judge(ReleaseWorlds.Whole, WholeEvents, PromisedWhole);

    /// <summary>The same of worlds in which people take back what has completed.</summary>
    private static readonly string[] ReversalEvents =
    [
        "found-stood-upon", "went-on-alone", "looking-began", "reverse-rollout", "stuck", "part-left",
    ];

    /// <summary>The same of what people were answered.</summary>
    private static readonly Dictionary<string, int> PromisedAnswers = new()
    {
        ["Refuse"] = 75,
        ["Include"] = 160,
        ["Include, stood upon"] = 65,
        ["Hold, stood upon"] = 13,
        ["built-on"] = 25,
        ["slot-busy"] = 90,
        ["not-completed"] = 55,
    };

    [Fact]
    public void What_has_completed_is_taken_back_by_its_needs_with_whoever_stands_on_it_or_not_at_all()
    {
        var worlds = ReleaseWorlds.Reversals;
        Judge(worlds, ReversalEvents, PromisedReversals);

        output.WriteLine(string.Join(", ", worlds.Answers.Select(one => $"{one.Key} {one.Value}")));
        Assert.Empty(Missing(answer => worlds.Answers.GetValueOrDefault(answer), worlds.Count, PromisedAnswers));
    }

    [Fact]
    public void Two_thousand_graphs_of_two_to_sixty_services_take_less_than_two_minutes_in_all()
    {
        ReleaseWorlds[] all = [ReleaseWorlds.Stubs, ReleaseWorlds.Whole, ReleaseWorlds.Reversals];
        var graphs = all.SelectMany(worlds => worlds.Graphs).ToList();
        foreach (var (least, most) in Sizes)
        {
            var (whole, stubs) = (Of(least, most, true), Of(least, most, false));
            output.WriteLine($"{least} to {most} services: {whole} with real rollouts, {stubs} without");
            Assert.True(
                whole >= Least(least == 2 ? 800 : 30, ReleaseWorlds.All), $"{whole} of {least} to {most} services");
            Assert.True(
                stubs >= Least(least == 2 ? 25 : 40, ReleaseWorlds.All), $"{stubs} of {least} to {most} services");
        }

        var work = all.Aggregate(TimeSpan.Zero, (sum, worlds) => sum + worlds.Work);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{graphs.Count} graphs, {work.TotalSeconds:0} s of the processors' time: ")
            + string.Join("; ", all.AsEnumerable()));
        Assert.All(all, worlds => Assert.True(worlds.Failure is null, worlds.Failure));
        var real = graphs.Where(graph => graph.IsWhole).ToList();
        Assert.Equal(ReleaseWorlds.All, real.Count);
        Assert.True(
            Least(1, real.Count) == 0
            || !Enumerable.Range(2, 59).Except(real.Select(graph => graph.Services)).Any(), "a size is missing");
        Assert.True(work / real.Count * 2_000 < Budget, $"{graphs.Count} worlds take {work}");

        int Of(int least, int most, bool isWhole) => graphs.Count(graph =>
            graph.IsWhole == isWhole && graph.Services >= least && graph.Services <= most);
    }

    [Fact]
    public void What_a_run_promises_and_does_not_bring_is_found_out()
    {
        var tally = new Tally();
        foreach (var (what, times) in Promised) tally.Add(what, 2 * times);
        Assert.Empty(Missing(met => tally[met], 2_000, Promised));

        tally.Add(Met.Crash, -1);

        Assert.StartsWith(
            "Crash ", Assert.Single(Missing(met => tally[met], 2_000, Promised)), StringComparison.Ordinal);
        Assert.Equal(Enum.GetValues<Met>().Order(), Promised.Keys.Order());
        Assert.Equal(Enum.GetValues<Met>().Order(), PromisedWhole.Keys.Order());
        Assert.Equal(Enum.GetValues<Met>().Order(), PromisedReversals.Keys.Order());
    }

    private void Judge(ReleaseWorlds worlds, string[] events, IReadOnlyDictionary<Met, int> promised)
    {
        output.WriteLine(string.Join(", ", worlds.Met.Select(one => $"{one.Key} {one.Value}")));
        output.WriteLine(string.Join(", ", promised.Keys.Select(what => string.Create(
            CultureInfo.InvariantCulture,
            $"{what} {worlds.Tally[what]} (at least {Least(promised[what], worlds.Count)})"))));
        output.WriteLine($"{worlds}");
        Assert.True(worlds.Failure is null, worlds.Failure);
        Assert.Empty(worlds.NeverMet(events));
        Assert.Empty(Missing(what => worlds.Tally[what], worlds.Count, promised));
    }

    private static IEnumerable<string> Missing<T>(
        Func<T, int> timesOf, int seeds, IReadOnlyDictionary<T, int> promised)
        where T : notnull =>
        promised.Where(one => timesOf(one.Key) < Least(one.Value, seeds)).Select(one => string.Create(
            CultureInfo.InvariantCulture,
            $"{one.Key} {timesOf(one.Key)} times, at least {Least(one.Value, seeds)}"));

    // Of a few worlds alone nothing can be said.
    private static int Least(int perThousand, int seeds) => seeds < 500 ? 0 : perThousand * seeds / 1_000;

    /// <summary>Seeds that have failed, beyond those that are always tried.</summary>
    [Theory]
    [InlineData(2952)]
    [InlineData(6820)]
    public void What_has_failed_once_goes_well(int seed) => Assert.Null(Record.Exception(new Shop(seed).Run));

    [Fact]
    public void A_release_that_knows_of_no_needs_is_found_out()
    {
        static PassageSpec Forgetful(PassageSpec spec) => spec with
        {
            Services = [.. spec.Services.Select(service => service with { Needs = [] })],
        };

        var defect = new ShopDefect { Told = Forgetful };
        Assert.Contains(
            Enumerable.Range(1, 20), seed => Record.Exception(new Shop(seed, defect).Run) is not null);
    }

    [Theory]
    [InlineData("cart Begun, cart Deployed, cart Verified, web Begun, web Deployed, cart GoingBack, cart Back, "
        + "web GoingBack, web Back", "cart goes back before web, which needs it")]
    [InlineData("cart Begun, cart Deployed, cart Verified, web Begun, web Deployed, web GoingBack, web Back",
        "cart was never taken back")]
    [InlineData("cart Begun, cart Deployed, cart Verified, web GoingBack, web Back, cart GoingBack, cart Back",
        "web goes back and was never begun")]
    [InlineData("cart Begun, cart Deployed, web Begun, web Deployed, cart Verified, web GoingBack, web Back, "
        + "cart GoingBack, cart Back", "web begins before cart is verified")]
    [InlineData("cart Begun, cart Deployed, cart Verified, web Begun, web Deployed, web GoingBack, web Back, "
        + "cart GoingBack, cart Back", null)]
    public void The_checker_finds_a_wrong_order_a_missing_and_an_extra_step(string done, string? problem)
    {
        var log = done.Split(", ").Select(line => line.Split(' ')).Select((line, i) => new Done(
            DateTimeOffset.UnixEpoch.AddSeconds(i), Shop1, ServiceName.From(line[0]), Enum.Parse<Deed>(line[1])))
            .ToList();

        Assert.Equal(problem is null ? [] : [problem], Checker.Problems(
            log, Needs, wentBack: true, new HashSet<ServiceName>()).Select(found => found.What));
    }
}
