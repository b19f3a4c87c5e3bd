using System.Collections.Immutable;
using System.Globalization;
using OrleansRelease.Contracts;
using OrleansRelease.Contracts.Rollouts;
using OrleansRelease.Contracts.Slots;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Slots;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Tests.Harness;

/// <summary>Starts and follows quick canaries: the bad version is any whose name begins with "bad".</summary>
internal sealed class Rollouts(TestServer server)
{
    private static readonly ActorName Actor = ActorName.From("tester");

    private int _commands;

    public TimeSpan Verify { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Half of the requests before all of them.</summary>
    public bool IsGradual { get; init; } = true;

    public TimeSpan? Pause { get; init; }

    /// <summary>How its commands are named: no two that are for one slot alike.</summary>
    public string Keys { get; init; } = "command";

    public WhenBusy WhenBusy { get; init; } = WhenBusy.Queue;

    public int MaxParallel { get; init; } = 100;

    public TimeSpan KeepPrevious { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Judged beside the errors.</summary>
    public ImmutableArray<MetricSpec> MoreMetrics { get; init; } = [];

    /// <summary>What every service requires of others in its environment.</summary>
    public ImmutableArray<Requirement>? Requires { get; init; }

    /// <summary>Whom to ask for what a failure leaves, and where people look at it.</summary>
    public TracesConnection? Traces { get; init; }

    public TrailLinks? Links { get; init; }

    public TimeSpan DeployTimeout { get; init; } = TimeSpan.FromSeconds(3);

    public static SlotKey SlotOf(int number) =>
        SlotKey.From(string.Create(CultureInfo.InvariantCulture, $"service-{number}.env-{number}"));

    /// <summary>What the source of numbers says of a version.</summary>
    public static double Errors(string query) => query.Contains("bad", StringComparison.Ordinal) ? 0.5 : 0;

    public Command Command(string? id = null) =>
        new(CommandId.From(id ?? $"{Keys}-{Interlocked.Increment(ref _commands)}"), Actor);

    public IRolloutGrain Grain(RolloutId id) => server.Grains.GetGrain<IRolloutGrain>($"{id}");

    public ISlotGrain Slot(SlotKey slot) => server.Grains.GetGrain<ISlotGrain>($"{slot}");

    public async Task<Answer<StartAnswer>> TryStartAsync(
        SlotKey slot, string version, Command? command = null, WhenBusy? whenBusy = null)
    {
        var spec = Spec(slot, VersionName.From(version));
        var hash = await server.Get<ISpecs>().PutAsync(Vocabulary.Write(spec), default);
        var order = new StartOrder(
            slot, spec.Version, hash, whenBusy ?? WhenBusy, $"start {version}", spec.Requires);
        return await Slot(slot).StartAsync(order, command ?? Command(), dryRun: false, default);
    }

    public async Task<RolloutId> StartAsync(SlotKey slot, string version, WhenBusy? whenBusy = null) =>
        (await TryStartAsync(slot, version, whenBusy: whenBusy)).Value().RolloutId;

    public Task<string> UntilAsync(RolloutId id, params Phase[] phases) => Eventually.IsAsync(
        $"{id} is {string.Join(" or ", phases)}",
        () => PhaseOfAsync(id),
        seen => phases.Any(phase => seen.StartsWith($"{phase}", StringComparison.Ordinal)));

    public async Task<RolloutView?> ViewAsync(RolloutId id)
    {
        try
        {
            return (await Grain(id).GetAsync(default) as Answer<RolloutView>.Accepted)?.Value;
        }
        catch (OrleansException)
        {
            return null;
        }
    }

    public async Task<SlotState> SlotStateAsync(SlotKey slot) => (await Slot(slot).GetAsync(default)).Value().State;

    /// <summary>The row of a slot as stored.</summary>
    public async Task<string> SlotRowAsync(SlotKey slot) =>
        (await server.Get<IRows>().GetAsync("slot", $"{slot}", default))?.Payload ?? "";

    /// <summary>What comes before anything else.</summary>
    public ImmutableArray<Step> First { get; init; } = [];

    private async Task<string> PhaseOfAsync(RolloutId id) =>
        await ViewAsync(id) is { } view ? $"{view.State.Phase} {view.State.Stage} {view.Sequence}" : "nothing";

    public RolloutSpec Spec(SlotKey slot, VersionName version) => new(
        slot.Service, slot.Environment, version, null, null, null, "canary",
        [
            .. First,
            new Step.Deploy(),
            .. IsGradual ? [new Step.SetWeight(Weight.Percent(50))] : ImmutableArray<Step>.Empty,
            .. Pause is { } pause ? [new Step.Pause(pause)] : ImmutableArray<Step>.Empty,
            new Step.SetWeight(Weight.All),
            new Step.Verify(Verify),
        ],
        [
            new MetricSpec(
                "golden/errors", new MetricSource.Query($"errors of {slot} {version}"), Unit.Ratio,
                new Thresholds(0.1, null, null),
                new MetricLimits(
                    TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(5), TimeSpan.Zero, null, 0, 3, 100, 100, null,
                    1),
                DryRun: false),
            .. MoreMetrics,
        ],
        new Readiness("/", TimeSpan.FromSeconds(5), TimeSpan.Zero),
        new UndecidedRule(TimeSpan.FromMinutes(5), UndecidedThen.Rollback),
        TimeSpan.FromMinutes(10), KeepPrevious, WhenBusy, MaxParallel,
        new TargetConnection(
            "memory", ImmutableSortedDictionary<string, string>.Empty, [], Repeat.Absolute, Fencing.Stored,
            new EffectLimits(DeployTimeout, 10, TimeSpan.FromMilliseconds(100)),
            new EffectLimits(TimeSpan.FromSeconds(3), 10, TimeSpan.FromMilliseconds(100))),
        new TrafficConnection(
            "memory", null, null, Repeat.Absolute, Fencing.Stored,
            new EffectLimits(TimeSpan.FromSeconds(3), 10, TimeSpan.FromMilliseconds(100))),
        new MetricsConnection("memory", null, null, TimeSpan.Zero), Requires, Traces: Traces, Links: Links);
}

internal static class Answers
{
    public static T Value<T>(this Answer<T> answer) => answer switch
    {
        Answer<T>.Accepted accepted => accepted.Value,
        Answer<T>.Refused refused => throw new InvalidOperationException($"refused: {refused.Refusal}"),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
