using System.Collections.Immutable;
using Microsoft.Extensions.Time.Testing;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;
using OrleansRelease.Grains.Effects;
using OrleansRelease.Grains.Questions;
using OrleansRelease.Ports.Storage;
using OrleansRelease.Ports.Targets;
using AdaptersByName = OrleansRelease.Grains.Effects.Adapters;

namespace OrleansRelease.Grains.Tests.Questions;

/// <summary>The new version hangs, also when its target looks at it; of the old one two of three are ready.</summary>
public sealed class WhenAWayBackAsksWhoIsReady
{
    private static readonly VersionName Old = VersionName.From("1.0.0");

    private static readonly VersionName New = VersionName.From("2.0.0");

    private static readonly EffectLimits Limits = new(TimeSpan.FromSeconds(5), 1, TimeSpan.FromSeconds(1));

    private static readonly RolloutSpec Spec = new(
        ServiceName.From("shop"), EnvironmentName.From("staging"), New, null, null, null, "canary", [], [],
        new("/healthz", TimeSpan.FromSeconds(30), TimeSpan.Zero),
        new(TimeSpan.FromMinutes(15), UndecidedThen.Rollback), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30),
        WhenBusy.Queue, 1,
        new(
            "scripted", ImmutableSortedDictionary<string, string>.Empty, [], Repeat.Absolute, Fencing.Stored,
            Limits, Limits),
        new("scripted", null, null, Repeat.Absolute, Fencing.Stored, Limits), null);

    private readonly FakeTimeProvider _time = new(new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero));

    private readonly Target _target = new();

    [Fact]
    public async Task The_old_version_is_seen_all_the_same()
    {
        var seen = await LookAsync();

        Assert.Equal((new(2, 3), null), (seen.Baseline, seen.Candidate));
        Assert.NotNull(seen.Which);
    }

    [Fact]
    public async Task Others_that_are_ready_are_told_apart()
    {
        var seen = await LookAsync();
        _target.Ready = [Target.All[0], Target.All[2]];

        Assert.NotEqual(seen.Which, (await LookAsync()).Which);
    }

    /// <summary>Else the same question would be due at once, for days.</summary>
    [Fact]
    public async Task That_nobody_answered_is_an_answer()
    {
        _target.Hangs = true;
        var looking = LookAsync();
        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(new HealthFact(_time.GetUtcNow() - TimeSpan.FromSeconds(5), null, null), await looking);
    }

    private Task<HealthFact> LookAsync()
    {
        var reader = new Reader(
            new AdaptersByName([_target], [], [], [], []), new SpecCache(null!),
            new Asking(new Bulkheads(new RunnerOptions()), _time), new Clock(_time), null!, null!, null!, null!,
            null!);
        return reader.LookAtBaselineAsync(
            new(RolloutId.From("shop.staging.1"), Spec, Old, null, new([], Gates: false, Instances: true)),
            CancellationToken.None);
    }

    private sealed class Clock(TimeProvider time) : IStoreClock
    {
        public DateTimeOffset Now => time.GetUtcNow();

        public int Epoch => 1;
    }

    private sealed class Target : ITarget
    {
        public static readonly ImmutableArray<Uri> All =
            [new("http://127.0.0.1:7001"), new("http://127.0.0.1:7002"), new("http://127.0.0.1:7003")];

        public string Name => "scripted";

        public bool Hangs { get; set; }

        public ImmutableArray<Uri> Ready { get; set; } = [All[0], All[1]];

        public Task<Outcome> DeployAsync(TargetCall call, CancellationToken cancellation) =>
            Task.FromResult<Outcome>(new Outcome.Refused("nobody asks for this"));

        public Task<Outcome> RetireAsync(TargetCall call, CancellationToken cancellation) =>
            Task.FromResult<Outcome>(new Outcome.Refused("nobody asks for this"));

        public Task<VersionHealth> ObserveAsync(
            RolloutSpec spec, VersionName version, CancellationToken cancellation) => version == New || Hangs
                ? new TaskCompletionSource<VersionHealth>().Task
                : Task.FromResult(new VersionHealth(version, 3, Ready.Length, 0, All) { ReadyAt = Ready });
    }
}
