using System.Collections.Immutable;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Promotion;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Tests.Promotion;

/// <summary>
/// One release on its way; the test plays its passages and what is measured, and owns the only clock.
/// </summary>
internal sealed class ReleaseScenario
{
    public static readonly ReleaseName Shop = ReleaseName.From("shop-2026.11.3");

    public static readonly ActorName Anna = ActorName.From("anna");

    private readonly ReleaseDecider _decider = new();
    private int _commands;
    private int _epoch = 1;

    /// <param name="route">As "staging; production: staging 2h".</param>
    public ReleaseScenario(string route) => Route = RouteOf(route);

    public ReleaseRoute Route { get; private set; }

    public DateTimeOffset Now { get; private set; } = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    public Row<ReleaseState> Row { get; private set; } = Row<ReleaseState>.Empty;

    public ReleaseState State => Row.State!;

    /// <summary>When its rules want it to be looked at, whatever is still to be told.</summary>
    public DateTimeOffset? Wake => _decider.NextWake(State);

    /// <summary>What the newest write has decided to tell.</summary>
    public ImmutableArray<EffectAction> Told { get; private set; } = [];

    /// <summary>The passages that were begun by the newest write.</summary>
    public string Begun => string.Join(' ', Told.OfType<EffectAction.BeginPassage>().Select(begin =>
        $"{begin.Passage.Environment}.{begin.Passage.Number}"));

    public static ReleaseRoute RouteOf(string route) => new(
        Shop,
        [
            .. route.Split(';', StringSplitOptions.TrimEntries)
                .Select(one => one.Split(':', StringSplitOptions.TrimEntries))
                .Select(one => new RouteEnvironment(
                    EnvironmentName.From(one[0]),
                    one.Length == 1 ? [] : [.. one[1].Split(',', StringSplitOptions.TrimEntries).Select(After)])),
        ]);

    public LegStage StageOf(string environment) => State.LegOf(EnvironmentName.From(environment))!.Stage;

    public Leg LegOf(string environment) => State.LegOf(EnvironmentName.From(environment))!;

    public PassageId PassageIn(string environment) => State.PassageOf(LegOf(environment))!.Value;

    /// <summary>Promotion leads elsewhere from the next start on.</summary>
    public ReleaseScenario Led(string route)
    {
        Route = RouteOf(route);
        return this;
    }

    public ReleaseScenario Started(string? environment = null, int? priority = null)
    {
        Assert.Null(Start(environment, priority));
        return this;
    }

    public Refusal? Start(string? environment = null, int? priority = null) => Ask(new ReleaseInput.Start(
        Route, EnvironmentName.Parse(environment), priority, [], Anna));

    public ReleaseScenario Ended(string environment, PassagePhase phase = PassagePhase.Succeeded) =>
        Take(new ReleaseInput.PassageEnded(PassageIn(environment), phase));

    public ReleaseScenario Passes(string time) => Until(Now + Duration.Parse(time)!.Value);

    public ReleaseScenario Until(DateTimeOffset then)
    {
        Now = then;
        return this;
    }

    /// <summary>The store is an older copy from here on, and somebody looks at the row.</summary>
    public ReleaseScenario Restored()
    {
        _epoch++;
        return Take(new ReleaseInput.Tick());
    }

    /// <summary>What was measured in so much time, and nothing since the window before.</summary>
    public ReleaseScenario Measured(string environment, string time, Verdict verdict = Verdict.Pass)
    {
        Now += Duration.Parse(time)!.Value;
        return Take(new ReleaseInput.SoakRead(PassageIn(environment), Now, verdict, $"{verdict}", Now));
    }

    public ReleaseScenario Answered(string environment, Outcome outcome)
    {
        var entry = Row.Outbox.First(entry => entry.IsPending
            && entry.Effect.Action is EffectAction.BeginPassage begin && $"{begin.Passage.Environment}" == environment);
        return Take(new ReleaseInput.OutcomeReported(new(entry.Effect.Ordinal, entry.Attempt, outcome)));
    }

    /// <summary>As another build has written it.</summary>
    public ReleaseScenario AsWritten(Func<Leg, Leg> change)
    {
        Row = Row with { State = State with { Legs = [.. State.Legs.Select(change)] } };
        return this;
    }

    public ReleaseScenario Asked(ReleaseInput command)
    {
        Assert.Null(Ask(command));
        return this;
    }

    public Refusal? Ask(ReleaseInput command) =>
        Step(command, new Command(CommandId.From($"key-{++_commands}"), Anna));

    public ReleaseScenario Take(ReleaseInput input)
    {
        Assert.Null(Step(input, null));
        return this;
    }

    private Refusal? Step(ReleaseInput input, Command? command)
    {
        var result = _decider.Step(Row, input, command, _epoch, Now);
        Told = [];
        if (result is not StepResult<ReleaseState>.Written written)
            return (result as StepResult<ReleaseState>.Refused)?.Refusal;
        Row = written.Row;
        Told = [.. Vocabulary.Read<Transition<ReleaseInput, ReleaseEvent>>(written.Transition).Effects
            .Select(effect => effect.Action)];
        return null;
    }

    private static ComesAfter After(string text) => text.Split(' ') is [var environment, var soak]
        ? new(EnvironmentName.From(environment), Duration.Parse(soak)!.Value)
        : new(EnvironmentName.From(text), TimeSpan.Zero);
}
