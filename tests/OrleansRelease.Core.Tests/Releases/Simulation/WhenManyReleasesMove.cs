using System.Globalization;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Specs;
using Xunit.Abstractions;

namespace OrleansRelease.Core.Tests.Releases.Simulation;

public sealed class WhenManyReleasesMove(ITestOutputHelper output)
{
    // What a nightly run or a search for a bug wants more of. Those in which people take back what has completed have
    // all that the others have, too, so of these there are half as many.
    private static readonly int Seeds = int.TryParse(
        Environment.GetEnvironmentVariable("OREL_SIMULATION_RELEASES"), out var seeds) ? seeds : 2_000;

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
        "retried-by-release", "asked-to-yield", "superseded-by", "overtaken",
    ];

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
    };

    /// <summary>The same of worlds in which people take back what has completed, half of them whole.</summary>
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
    };

    private static readonly PassageId Shop1 = PassageId.From("shop.production.1");

    private static readonly Dictionary<ServiceName, IReadOnlySet<ServiceName>> Needs = new()
    {
        [ServiceName.From("web")] = Graph.Names("cart").ToHashSet(),
        [ServiceName.From("cart")] = new HashSet<ServiceName>(),
    };

    [Fact]
    public void Each_goes_by_its_needs_forward_and_back_and_all_come_to_their_end() =>
        Try(seed => new Shop(seed), Seeds / 2, Events, Promised);

    [Fact]
    public void So_it_is_with_real_rollouts_beside_some_of_no_release() =>
        Try(seed => new Shop(seed, whole: true), Seeds / 2, WholeEvents, PromisedWhole);

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
        var answers = new SortedDictionary<string, int>(StringComparer.Ordinal);
        Try(
            seed => new Shop(seed, whole: seed % 2 == 0, reversals: true), Seeds, ReversalEvents,
            PromisedReversals, shop =>
            {
                foreach (var (answer, times) in shop.Answers)
                    answers[answer] = answers.GetValueOrDefault(answer) + times;
            });

        output.WriteLine(string.Join(", ", answers.Select(one => $"{one.Key} {one.Value}")));
        Assert.Empty(Missing(answer => answers.GetValueOrDefault(answer), Seeds, PromisedAnswers));
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

    private void Try(
        Func<int, Shop> shopOf, int seeds, string[] events, IReadOnlyDictionary<Met, int> promised,
        Action<Shop>? look = null)
    {
        var (began, tally) = (TimeProvider.System.GetTimestamp(), new Tally());
        var (failed, met) = (new SortedSet<int>(), new SortedDictionary<string, int>(StringComparer.Ordinal));
        var all = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.For(1, seeds + 1, all, seed =>
        {
            var shop = shopOf(seed);
            var problem = Record.Exception(shop.Run);
            // Not under the lock: texts are long, and other worlds would wait.
            var words = (
                from log in shop.Logs
                from word in events
                where log.Any(text => text.Contains(word, StringComparison.Ordinal))
                select word).ToList();
            lock (failed)
            {
                if (problem is not null) failed.Add(seed);
                tally.Add(shop.Tally);
                look?.Invoke(shop);
                foreach (var passage in shop.Passages) Count($"{passage.State?.Phase}");
                foreach (var word in words) Count(word);
            }

            void Count(string what) => met[what] = met.GetValueOrDefault(what) + 1;
        });

        if (failed.Count > 0) Assert.Fail($"{failed.Count} seeds failed. {Story(failed.Min, shopOf)}");
        output.WriteLine(string.Join(", ", met.Select(one => $"{one.Key} {one.Value}")));
        output.WriteLine(string.Join(", ", promised.Keys.Select(what => string.Create(
            CultureInfo.InvariantCulture, $"{what} {tally[what]} (at least {Least(promised[what], seeds)})"))));
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{seeds} worlds in {TimeProvider.System.GetElapsedTime(began).TotalSeconds:0} s"));
        string[] wanted = [.. events, "Cancelled", "Partial", "RolledBack", "Succeeded", "Superseded"];
        Assert.DoesNotContain(wanted, what => met.GetValueOrDefault(what) == 0);
        Assert.Empty(Missing(what => tally[what], seeds, promised));
    }

    private static IEnumerable<string> Missing<T>(
        Func<T, int> timesOf, int seeds, IReadOnlyDictionary<T, int> promised)
        where T : notnull =>
        promised.Where(one => timesOf(one.Key) < Least(one.Value, seeds)).Select(one => string.Create(
            CultureInfo.InvariantCulture,
            $"{one.Key} {timesOf(one.Key)} times, at least {Least(one.Value, seeds)}"));

    // Of a few worlds alone nothing can be said.
    private static int Least(int perThousand, int seeds) => seeds < 1_000 ? 0 : perThousand * seeds / 1_000;

    /// <summary>Seeds that have failed, beyond those that are always tried.</summary>
    [Theory]
    [InlineData(2952)]
    [InlineData(6820)]
    public void What_has_failed_once_goes_well(int seed) => Assert.Null(Record.Exception(new Shop(seed).Run));

    [Fact]
    public void Five_hundred_that_want_the_same_slots_all_get_them_and_nobody_is_overtaken_where_he_waits()
    {
        var shop = new Shop(seed: 5, crowd: 500);

        shop.Run();

        Assert.All(shop.Passages, passage => Assert.True(passage.IsOver, $"{passage.Id}"));
        Assert.Contains(shop.Passages, passage => passage.Log.Any(text =>
            text.Contains("slots-yielded", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_release_that_knows_of_no_needs_is_found_out()
    {
        static PassageSpec Forgetful(PassageSpec spec) => spec with
        {
            Services = [.. spec.Services.Select(service => service with { Needs = [] })],
        };

        Assert.Contains(
            Enumerable.Range(1, 20), seed => Record.Exception(new Shop(seed, defect: Forgetful).Run) is not null);
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
            log, Needs, wentBack: true, new HashSet<ServiceName>()));
    }

    private static string Story(int seed, Func<int, Shop> shopOf)
    {
        var (trace, shop) = (new List<string>(), shopOf(seed));
        shop.Trace = trace;
        var problem = Record.Exception(shop.Run);
        return string.Create(CultureInfo.InvariantCulture, $"seed {seed}: {problem}\n")
            + string.Join('\n', trace.TakeLast(150));
    }
}
