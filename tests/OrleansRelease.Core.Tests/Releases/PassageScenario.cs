using System.Collections.Immutable;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Leases;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Tests.Releases;

/// <summary>One release in production; the test plays its slots and rollouts, and owns the only clock.</summary>
internal sealed class PassageScenario
{
    public static readonly PassageId Id = PassageId.From("shop-2026.11.3.production.1");

    public static readonly ActorName Anna = ActorName.From("anna");

    private readonly PassageDecider _decider;
    private long _sequence;
    private int _commands;
    private int _epoch = 1;
    private bool _isUnheard;

    public PassageScenario(string graph, Func<PassageSpec, PassageSpec>? change = null, int priority = 0)
    {
        Spec = SpecOf(Graph.Of(graph));
        if (change is not null) Spec = change(Spec);
        _decider = new PassageDecider(Spec);
        Take(new PassageInput.Begin(Id, "sha256:release", Anna, Rank.Of(Id, Now, priority)));
    }

    public PassageSpec Spec { get; }

    public static DateTimeOffset Began { get; } = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    public DateTimeOffset Now { get; private set; } = Began;

    public Row<PassageState> Row { get; private set; } = Row<PassageState>.Empty;

    public PassageState State => Row.State!;

    public RollbackPlan Plan => Assert.IsType<PassageStage.GoingBack>(State.Stage).Plan;

    /// <summary>What the newest write has decided to tell others.</summary>
    public ImmutableArray<EffectAction> Told => [.. ToldEffects.Select(effect => effect.Action)];

    public ImmutableArray<Effect> ToldEffects { get; private set; } = [];

    /// <summary>The names of those that were told to begin, by the newest write.</summary>
    public string Begun => Names(Told.OfType<EffectAction.BeginRollout>().Select(begin => begin.Rollout));

    public string Undone => Names(Told.OfType<EffectAction.TakeBackRollout>().Select(back => back.Rollout));

    public static PassageSpec SpecOf(Graph graph, int maxParallel = 100) => new(
        ReleaseName.From("shop-2026.11.3"), EnvironmentName.From("production"),
        [
            .. graph.Services.OrderBy(service => $"{service}", StringComparer.Ordinal).Select(service =>
                new PassageEntry(
                    service, VersionName.From("2.0"), "sha256:two",
                    [.. graph.Needs.Where(need => need.Service == service).Select(need => need.On)],
                    new UndoLimits(TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(10)),
                    TimeSpan.FromMinutes(30))),
        ],
        [], maxParallel, OnFailure.RollbackRelease, TimeSpan.FromMinutes(30), WhenBusy.Queue);

    public static Grant GrantOf(PassageSpec spec, ServiceName service) =>
        new(new RolloutId(spec.SlotOf(service), 7), 4, VersionName.From("1.0"), "sha256:one");

    public PartStage StageOf(string service) => State.PartOf(ServiceName.From(service)).Stage;

    /// <summary>Every slot is granted as soon as it is asked for.</summary>
    public PassageScenario Leased()
    {
        while (State.Parts.FirstOrDefault(part => part.Grant is null) is { } next) Granted($"{next.Service}");
        return this;
    }

    public PassageScenario Granted(string service)
    {
        var name = ServiceName.From(service);
        return Take(new PassageInput.SlotGranted(name, State.PartOf(name).Claim, GrantOf(Spec, name)));
    }

    public PassageScenario Verified(string services) => Each(services, new PartStage.Verified());

    public PassageScenario Failed(string service, string reason = "errors failed") =>
        Each(service, new PartStage.GoingBack(reason));

    public PassageScenario Back(string services) => Each(services, new PartStage.Back("rolled back"));

    public PassageScenario Stuck(string service) => Each(service, new PartStage.Stuck("router is away"));

    public PassageScenario Halted(string services, Happened? happened = null) =>
        Each(services, new PartStage.Halted(happened ?? new Happened(true, true)));

    /// <summary>The rollouts of these services say where they are, one after the other.</summary>
    public PassageScenario Each(string services, PartStage stage)
    {
        foreach (var service in Graph.Names(services)) Take(new PassageInput.Heard([News(service, stage)]));
        return this;
    }

    public PartNews News(ServiceName service, PartStage stage, long? sequence = null) =>
        new(State.PartOf(service).Grant!.Rollout, sequence ?? ++_sequence, stage);

    /// <summary>The store is an older copy from here on, and somebody looks at the row.</summary>
    public PassageScenario Restored()
    {
        _epoch++;
        return Take(new PassageInput.Tick());
    }

    /// <summary>From here on nobody hears what is told.</summary>
    public PassageScenario Unheard()
    {
        _isUnheard = true;
        return this;
    }

    public PassageScenario Aborted() => Asked(new PassageInput.Abort(Anna, null));

    public PassageScenario Paused() => Asked(new PassageInput.Pause(Anna, null));

    public PassageScenario Resumed() => Asked(new PassageInput.Resume(Anna, null));

    public PassageScenario After(TimeSpan time)
    {
        Now += time;
        return Take(new PassageInput.Tick());
    }

    public PassageScenario Asked(PassageInput command)
    {
        Assert.Null(Ask(command));
        return this;
    }

    public Refusal? Ask(PassageInput command) =>
        Step(command, new Command(CommandId.From($"key-{++_commands}"), Anna));

    public PassageScenario Take(PassageInput input)
    {
        Assert.Null(Step(input, null));
        return this;
    }

    // Whoever is told hears it at once; what comes of that is said by the test.
    private Refusal? Step(PassageInput input, Command? command)
    {
        var result = _decider.Step(Row, input, command, _epoch, Now);
        ToldEffects = [];
        if (result is not StepResult<PassageState>.Written written)
            return (result as StepResult<PassageState>.Refused)?.Refusal;
        Row = written.Row;
        ToldEffects = Vocabulary.Read<Transition<PassageInput, PassageEvent>>(written.Transition).Effects;
        if (_isUnheard) return null;
        foreach (var attempt in written.Attempts)
        {
            var heard = new OutcomeReport(attempt.Effect.Ordinal, attempt.Attempt, new Outcome.Applied());
            if (_decider.Step(Row, new PassageInput.OutcomeReported(heard), null, _epoch, Now)
                is StepResult<PassageState>.Written settled)
            {
                Row = settled.Row;
            }
        }

        return null;
    }

    private static string Names(IEnumerable<RolloutId> rollouts) =>
        string.Join(' ', rollouts.Select(rollout => rollout.Slot.Service));
}
