using System.Collections.Immutable;
using System.Globalization;
using BenchmarkDotNet.Attributes;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Leases;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Benchmarks;

/// <summary>What a release costs the processor, without any store or network.</summary>
[MemoryDiagnoser]
public class ReleaseBenchmarks
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    private readonly ImmutableArray<ServiceName> _services = [.. Enumerable.Range(0, 1_000).Select(Name)];
    private readonly ImmutableArray<Need> _needs =
    [
        .. from i in Enumerable.Range(1, 999)
           from step in new[] { 1, 7, 40 }
           where i - step >= 0 && i % 5 != 0
           select new Need(Name(i), Name(i - step), NeedOrigin.Catalogue),
    ];

    private PassageDecider _decider = null!;
    private Row<PassageState> _row = Row<PassageState>.Empty;
    private PassageInput.Heard _news = null!;
    private ImmutableArray<Claim> _claims = [];

    [GlobalSetup]
    public void Setup()
    {
        var environment = EnvironmentName.From("production");
        var spec = new PassageSpec(
            ReleaseName.From("shop"), environment,
            [
                .. _services.Take(60).Select((service, i) => new PassageEntry(
                    service, VersionName.From("2.0"), "two", i < 3 ? [] : [_services[i - 3]],
                    new UndoLimits(TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero), TimeSpan.Zero)),
            ],
            [], 100, OnFailure.RollbackRelease, null, WhenBusy.Queue);
        var id = new PassageId(spec.Release, environment, 1);
        _decider = new PassageDecider(spec);
        Take(new PassageInput.Begin(id, "release", ActorName.From("anna"), Rank.Of(id, Start, 0)));
        foreach (var service in spec.Services.Select(service => service.Service))
        {
            Take(new PassageInput.SlotGranted(
                service, _row.State!.PartOf(service).Claim,
                new Grant(new RolloutId(spec.SlotOf(service), 1), 1, VersionName.From("1.0"))));
        }

        var first = _row.State!.Parts[0];
        _news = new([new PartNews(first.Grant!.Rollout, 5, new PartStage.Verified())]);
        _claims =
        [
            .. from i in Enumerable.Range(1, 100)
               let passage = PassageId.From(
                   string.Create(CultureInfo.InvariantCulture, $"release-{i}.production.1"))
               select new Claim(passage, Rank.Of(passage, Start.AddSeconds(i), 0), WhenBusy.Queue, 1,
                   VersionName.From("2.0"), "sha256:two", ActorName.From("anna")),
        ];
    }

    /// <summary>The order of a release of 1,000 services and 2,400 needs.</summary>
    [Benchmark]
    public Ordering OrderThousandServices() => Ordering.Of(_services, _needs);

    /// <summary>One of 60 services is verified: what may begin is decided, written down and hashed.</summary>
    [Benchmark]
    public StepResult<PassageState> OneOfSixtyIsVerified() => _decider.Step(_row, _news, null, epoch: 1, Start);

    /// <summary>A hundred releases claim one slot, and each gives it back when it has had it.</summary>
    [Benchmark]
    public LeaseBook HundredReleasesAtOneSlot()
    {
        var book = LeaseBook.Empty;
        foreach (var claim in _claims) book = book.Enter(claim).Book;
        foreach (var claim in _claims) book = book.Return(claim.Passage, 2).Book;
        return book;
    }

    private static ServiceName Name(int number) =>
        ServiceName.From(string.Create(CultureInfo.InvariantCulture, $"s{number:0000}"));

    private void Take(PassageInput input)
    {
        var result = _decider.Step(_row, input, null, epoch: 1, Start);
        if (result is not StepResult<PassageState>.Written written) return;
        _row = written.Row;
        foreach (var attempt in written.Attempts)
        {
            Take(new PassageInput.OutcomeReported(
                new(attempt.Effect.Ordinal, attempt.Attempt, new Outcome.Applied())));
        }
    }
}
