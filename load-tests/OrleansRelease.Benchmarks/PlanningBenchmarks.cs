using System.Collections.Immutable;
using System.Globalization;
using BenchmarkDotNet.Attributes;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Planning;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Benchmarks;

/// <summary>
/// What the way back of a release of 1,000 services and 2,400 needs costs: the first time, and again when something
/// else has happened.
/// </summary>
[MemoryDiagnoser]
public class PlanningBenchmarks
{
    private const int Services = 1_000;

    private static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    private readonly PassageSpec _spec = new(
        ReleaseName.From("shop"), EnvironmentName.From("production"),
        [
            .. Enumerable.Range(0, Services).Select(i => new PassageEntry(
                Name(i), VersionName.From("2.0"), "two",
                [
                    .. new[] { 1, 7, 40 }.Where(step => i >= step && i % 5 != 0).Select(step => Name(i - step)),
                ],
                new UndoLimits(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5)),
                TimeSpan.Zero)),
        ],
        [], 100, OnFailure.RollbackRelease, null, WhenBusy.Queue);

    private ImmutableDictionary<ServiceName, VersionName?> _baselines =
        ImmutableDictionary<ServiceName, VersionName?>.Empty;

    private PassageDecider _decider = null!;
    private PassageState _moving = null!;
    private PassageEvent.PartHeard _news = null!;

    [GlobalSetup]
    public void Setup()
    {
        _baselines = _spec.Services.ToImmutableDictionary(
            entry => entry.Service, VersionName? (_) => VersionName.From("1.0"));
        _decider = new PassageDecider(_spec);
        var id = new PassageId(_spec.Release, _spec.Environment, 1);
        PassageEvent[] before =
        [
            new PassageEvent.Began(
                id, "release", ActorName.From("anna"), Core.Leases.Rank.Of(id, Now, 0)),
            new PassageEvent.LeasingBegan(),
            .. _spec.Services.Select(entry => new PassageEvent.SlotLeased(
                entry.Service, new Grant(new RolloutId(_spec.SlotOf(entry.Service), 1), 1, VersionName.From("1.0")))),
            new PassageEvent.MovingBegan(),
            .. _spec.Services.Select(entry => new PassageEvent.PartBegun(entry.Service)),
        ];
        _moving = before.Aggregate((PassageState?)null, (state, one) => _decider.Evolve(state, one, Now))!;
        _news = new(Name(Services / 2), 5, new PartStage.Verified());
    }

    /// <summary>From the specification, as for a plan before anything was begun.</summary>
    [Benchmark(Baseline = true)]
    public PlannedRollback PlanThousandServices() => PlannedRollback.OfAll(_spec, _baselines, "release", Now);

    /// <summary>One service has said what it did: the plan is made anew from what is known by then.</summary>
    [Benchmark]
    public PlannedRollback RecomputeAfterOneEffect() =>
        PlannedRollback.Of(_spec, _decider.Evolve(_moving, _news, Now), Now);

    private static ServiceName Name(int number) =>
        ServiceName.From(string.Create(CultureInfo.InvariantCulture, $"s{number:0000}"));
}
