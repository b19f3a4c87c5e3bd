using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Leases;
using OrleansRelease.Core.Planning;
using OrleansRelease.Core.Promotion;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Cli.Tests.Harness;

/// <summary>A release of three services that was carried so far by its own rules.</summary>
internal static class ReleaseSeed
{
    private static readonly PassageId Id = PassageId.From("shop-2026.11.3.production.1");

    private static readonly ActorName Anna = ActorName.From("anna");

    private static readonly EnvironmentName Staging = EnvironmentName.From("staging");

    private static PassageSpec Spec => new(
        Id.Release, Id.Environment,
        [Entry("cart", "1.9.1", "catalog"), Entry("catalog", "2.4.0"), Entry("checkout", "3.2.0", "cart", "catalog")],
        [], 25, OnFailure.RollbackRelease, null, WhenBusy.Queue,
        new(TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(121), TimeSpan.FromMinutes(15)));

    /// <summary>It waits for the second of its slots.</summary>
    public static PassageExplanation Leasing() => Explain(new PassageInput.SlotGranted(
        ServiceName.From("cart"), 1, Granted("cart", "1.9.0")));

    /// <summary>The last of its services has failed, and is back; the one before it goes back.</summary>
    public static PassageExplanation GoingBack() => Explain(Failed);

    /// <summary>All of it is back, and was measured once.</summary>
    public static PassageExplanation Stabilising() => Explain(
    [
        .. Failed,
        Heard("cart", 12, new PartStage.Back("its release goes back")),
        Heard("catalog", 12, new PartStage.Back("its release goes back")),
        new PassageInput.CriteriaRead(
            Seeds.Now + TimeSpan.FromMinutes(5), Verdict.Fail, "cart: golden-signals/errors: 6.1 % > 5 %",
            Seeds.Now + TimeSpan.FromMinutes(6)),
    ]);

    private static PassageInput[] Failed =>
    [
        .. new[] { ("cart", "1.9.0"), ("catalog", "2.3.9"), ("checkout", "3.1.4") }.Select((one, i) =>
            new PassageInput.SlotGranted(ServiceName.From(one.Item1), i + 1, Granted(one.Item1, one.Item2))),
        Heard("catalog", 9, new PartStage.Verified()), Heard("cart", 9, new PartStage.Verified()),
        Heard("checkout", 12, new PartStage.GoingBack("golden-signals/errors failed: 7.2 % > 5 %")),
        Heard("cart", 10, new PartStage.Halted(new(true, true))),
        Heard("catalog", 10, new PartStage.Halted(new(true, true))),
        Heard("checkout", 14, new PartStage.Back("golden-signals/errors failed: 7.2 % > 5 %")),
    ];

    /// <summary>It has completed, and is to be taken back; somebody has built on it since.</summary>
    public static PlannedRollback Reversal(bool include = false)
    {
        var hotfix = PassageId.From("hotfix-4711.production.1");
        var search = Entry("search", "2.0.0", "catalog");
        var spec = Spec with
        {
            Services =
            [
                .. Spec.Services.Where(entry => $"{entry.Service}" != "checkout").Select(entry => From(entry, Id)),
                .. include ? [From(search, hotfix)] : Array.Empty<PassageEntry>(),
            ],
            Reverses = new(
                Id, "prices are wrong", include ? [hotfix] : [],
                [new(hotfix, search.Service, search.Version, Seeds.Now, ServiceName.From("catalog"))],
                Waits: !include,
                [new(ServiceName.From("checkout"), "3.3.0 is stable there, brought by checkout.production.9")]),
        };
        return PlannedRollback.OfReversal(spec, Id with { Number = 2 }, "sha256:back", Seeds.Now);

        static PassageEntry From(PassageEntry entry, PassageId by) => entry with
        {
            Reverses = new(
                new(entry.Version, entry.SpecHash, Seeds.Now, Passage: by),
                new(VersionName.From("1.0.0"), "sha256:before", Seeds.Now)),
        };
    }

    /// <summary>It has completed in the first environment, and is measured there.</summary>
    public static ReleaseExplanation Soaking()
    {
        var (decider, row) = (new ReleaseDecider(), Row<ReleaseState>.Empty);
        ReleaseInput[] inputs =
        [
            new ReleaseInput.Start(
                new ReleaseRoute(
                    Id.Release,
                    [
                        new RouteEnvironment(Staging, []),
                        new RouteEnvironment(Id.Environment, [new ComesAfter(Staging, TimeSpan.FromHours(2))]),
                    ]),
                null, null, [], Anna),
            new ReleaseInput.PassageEnded(new PassageId(Id.Release, Staging, 1), PassagePhase.Succeeded),
        ];
        foreach (var input in inputs)
        {
            row = ((StepResult<ReleaseState>.Written)decider.Step(row, input, null, epoch: 1, Seeds.Now)).Row;
        }

        return ExplainRelease.Of(row, Seeds.Now + TimeSpan.FromMinutes(3));
    }

    // Whoever is told hears it at once.
    private static PassageExplanation Explain(params PassageInput[] inputs)
    {
        var (decider, row, now) = (new PassageDecider(Spec), Row<PassageState>.Empty, Seeds.Now);
        foreach (var input in inputs.Prepend(new PassageInput.Begin(Id, "sha256:4f1c09", Anna, Rank.Of(Id, now, 0))))
        {
            now += TimeSpan.FromSeconds(20);
            var open = new Queue<PassageInput>([input]);
            while (open.TryDequeue(out var next))
            {
                if (decider.Step(row, next, null, epoch: 1, now) is not StepResult<PassageState>.Written written)
                    continue;
                row = written.Row;
                foreach (var told in written.Attempts)
                {
                    open.Enqueue(new PassageInput.OutcomeReported(
                        new(told.Effect.Ordinal, told.Attempt, new Outcome.Applied())));
                }
            }
        }

        return ExplainPassage.Of(Spec, row, slot => $"hotfix-4711.production.1 has {slot}, to move it to 2.3.10", now);
    }

    private static PassageEntry Entry(string service, string version, params string[] needs) => new(
        ServiceName.From(service), VersionName.From(version), $"sha256:{service}",
        [.. needs.Select(need => ServiceName.From(need))],
        new UndoLimits(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(20)),
        TimeSpan.FromHours(1));

    private static Grant Granted(string service, string baseline) => new(
        new RolloutId(new SlotKey(ServiceName.From(service), Id.Environment), 7), 4, VersionName.From(baseline));

    private static PassageInput.Heard Heard(string service, long sequence, PartStage stage) =>
        new([new PartNews(Granted(service, "1.0.0").Rollout, sequence, stage)]);
}
