using System.Collections.Immutable;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Attribution;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Freezes;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Restoring;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Tests.Rollouts;

/// <summary>One rollout from 1.0 to 2.0, its outside world played by the test; owns the only clock.</summary>
internal sealed class RolloutScenario
{
    public static readonly ActorName Anna = ActorName.From("anna");

    public static readonly RolloutId Id = RolloutId.From("shop.production.2");

    /// <summary>The release that it may be a part of.</summary>
    public static readonly PassageId Passage = PassageId.From("autumn.production.1");

    private static readonly EffectLimits Limits = new(TimeSpan.FromSeconds(5), 3, TimeSpan.FromSeconds(1));

    private int _commands;

    public RolloutScenario(
        Func<RolloutSpec, RolloutSpec>? change = null, string? baseline = "1.0", bool isKept = false,
        bool isPart = false, bool begins = true, int epoch = 1)
    {
        Epoch = epoch;
        Spec = change?.Invoke(Plain) ?? Plain;
        if (begins) Take(Begin(baseline, isKept, isPart));
    }

    public static RolloutInput.Begin Begin(string? baseline = "1.0", bool isKept = false, bool isPart = false) => new(
        Id, 2, VersionName.Parse(baseline), VersionName.From("2.0"), "sha256:two", Anna, "sha256:one", isKept,
        isPart ? Passage : null);

    /// <summary>5 %, ten minutes, 100 %, verified for two minutes; judged every minute by one hard metric.</summary>
    public static RolloutSpec Plain { get; } = new(
        ServiceName.From("shop"), EnvironmentName.From("production"), VersionName.From("2.0"), null, null, null,
        "canary",
        [
            new Step.Deploy(), new Step.SetWeight(Weight.Percent(5)), new Step.Pause(TimeSpan.FromMinutes(10)),
            new Step.SetWeight(Weight.All), new Step.Verify(TimeSpan.FromMinutes(2)),
        ],
        [
            new("signals/errors", new MetricSource.Ratio("bad", null, "total"), Unit.Ratio, new(0.05, null, null),
                new(TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(5), TimeSpan.Zero, null, 1, 3, 3, 4, null, 10),
                false),
        ],
        new("/healthz", TimeSpan.FromSeconds(30), TimeSpan.Zero),
        new(TimeSpan.FromMinutes(15), UndecidedThen.Rollback), TimeSpan.FromMinutes(20), TimeSpan.FromMinutes(30),
        WhenBusy.Queue, 1,
        new(
            "memory", ImmutableSortedDictionary<string, string>.Empty, [], Repeat.Absolute, Fencing.Stored, Limits,
            Limits),
        new("memory", null, null, Repeat.Absolute, Fencing.Stored, Limits),
        new("memory", null, null, TimeSpan.Zero));

    public RolloutSpec Spec { get; }

    public DateTimeOffset Now { get; private set; } = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    public Row<RolloutState> Row { get; private set; } = Row<RolloutState>.Empty;

    public RolloutState State => Row.State!;

    public OutboxEntry? Pending => Row.Outbox.LastOrDefault(entry => entry.IsPending && entry.Effect.Action.IsOutside);

    public int Epoch { get; private set; }

    /// <summary>The store is an older copy from here on, and somebody looks at the row.</summary>
    public RolloutScenario Restored()
    {
        Epoch++;
        return Take(new RolloutInput.Tick());
    }

    /// <summary>What was seen: so much for the new version and the rest for the old one.</summary>
    public RolloutInput.Observed Sees(int percent, bool newRuns = true, bool oldRuns = true)
    {
        var baseline = State.IsNeedless ? null : State.Baseline;
        var shares = ImmutableSortedDictionary<string, Weight>.Empty.Add($"{State.Version}", Weight.Percent(percent));
        var running = ImmutableSortedDictionary<string, InstanceCount>.Empty
            .Add($"{State.Version}", newRuns ? new(1, 1) : new(0, 0));
        return new(new Observation(
            Now,
            baseline is null ? shares : shares.Add($"{baseline}", Weight.Percent(100 - percent)),
            baseline is null ? running : running.Add($"{baseline}", oldRuns ? new(1, 1) : new(0, 0)),
            new Fence(1, 2, 9)));
    }

    /// <summary>The same where nobody asked what runs.</summary>
    public RolloutInput.Observed SeesShares(int percent) => Sees(percent) switch
    {
        var all => new(all.Seen with { Running = all.Seen.Running.Clear() }),
    };

    public static RolloutInput.Halt Halt { get; } =
        new(Id, Passage, VersionName.From("2.0"), "sha256:two", Anna);

    public static RolloutInput.TakeBack TakeBack { get; } =
        new(Id, Passage, 1, VersionName.From("2.0"), "sha256:two", Anna);

    public static RolloutInput.Reverse Reverse { get; } = new(
        Id, Passage, 1, 2, VersionName.From("1.0"), "sha256:one", VersionName.From("2.0"), "sha256:two", Anna);

    public static RolloutInput.Leave Leave { get; } =
        new(Id, Passage, VersionName.From("2.0"), "sha256:two", Anna, Anna, "its target is gone");

    /// <summary>Whom the newest write rings.</summary>
    public ImmutableArray<Ring> Rings { get; private set; } = [];

    /// <summary>The newest write, as it is stored.</summary>
    public string Transition { get; private set; } = "";

    /// <summary>All of them.</summary>
    public List<string> Log { get; } = [];

    public RolloutScenario Permitted() => Take(new RolloutInput.PermitGranted());

    public RolloutScenario Healthy() =>
        Take(new RolloutInput.Answered([], new HealthFact(Now, new(1, 1), new(1, 1)), new FreezeFact(Now, null)));

    /// <summary>Its environment is seen to be frozen for so long from now, since a moment ago.</summary>
    public RolloutScenario Frozen(TimeSpan length) => Seen(FreezeFor(length));

    /// <summary>What is seen of its environment's freeze; null: there is none.</summary>
    public RolloutScenario Seen(Freeze? freeze) =>
        Take(new RolloutInput.Answered([], null, new FreezeFact(Now, freeze)));

    public Freeze FreezeFor(TimeSpan length) => new(Now - TimeSpan.FromSeconds(1), Now + length, Anna, "incident 4711");

    /// <summary>The outside effect that is pending has this outcome.</summary>
    public RolloutScenario Outcome(Outcome outcome) =>
        Take(new RolloutInput.OutcomeReported(new(Pending!.Effect.Ordinal, Pending.Attempt, outcome)));

    public RolloutScenario Applied() => Outcome(new Outcome.Applied());

    /// <summary>Everything up to the first share of requests, which is seen to hold.</summary>
    public RolloutScenario AtFivePercent() => Permitted().Healthy().Applied().Healthy().Applied();

    public RolloutScenario After(TimeSpan time)
    {
        Now += time;
        return Take(new RolloutInput.Tick());
    }

    /// <summary>Time passes and nobody looks.</summary>
    public RolloutScenario Unseen(TimeSpan time)
    {
        Now += time;
        return this;
    }

    /// <summary>Every window that is due is answered like this.</summary>
    public RolloutScenario Measured(Reading reading)
    {
        var due = Questions.Due(Spec, State, Now).Metrics;
        return Take(new RolloutInput.Answered(
            [.. due.Select(question => new Measurement(question.Key, question.Window, reading))], null));
    }

    public Refusal? Ask(Func<ActorName, string?, RolloutInput> input) => Step(input(Anna, null), command: true);

    public RolloutScenario Aborted() => Asked(new RolloutInput.Abort(Anna, null));

    public RolloutScenario Paused() => Asked(new RolloutInput.Pause(Anna, null));

    public RolloutScenario Resumed() => Asked(new RolloutInput.Resume(Anna, null));

    public RolloutScenario Promoted() => Asked(new RolloutInput.Promote(Anna, null));

    /// <summary>Somebody tells it what was found.</summary>
    public RolloutScenario Told(Func<RolloutScenario, Finding> finding) =>
        Take(new RolloutInput.Attributed(finding(this)));

    public RolloutScenario Retried() => Asked(new RolloutInput.Retry(Anna, null));

    /// <summary>What would become of an input, so much later; the scenario stays where it is.</summary>
    public StepResult<RolloutState> WhatIf(RolloutInput input, TimeSpan later = default)
    {
        var command = input is RolloutInput.Pause or RolloutInput.Resume or RolloutInput.Promote or RolloutInput.Retry
            or RolloutInput.Abort
            ? new Command(CommandId.From("what-if"), Anna)
            : null;
        return new RolloutDecider(Spec).Step(Row, input, command, Epoch, Now + later);
    }

    private RolloutScenario Asked(RolloutInput command)
    {
        Assert.Null(Step(command, command: true));
        return this;
    }

    public RolloutScenario Take(RolloutInput input)
    {
        Assert.Null(Step(input, command: false));
        return this;
    }

    private Refusal? Step(RolloutInput input, bool command)
    {
        var asked = command ? new Command(CommandId.From($"key-{++_commands}"), Anna) : null;
        var result = new RolloutDecider(Spec).Step(Row, input, asked, Epoch, Now);
        if (result is StepResult<RolloutState>.Written written)
        {
            (Row, Rings, Transition) = (written.Row, written.Facts.Rings, written.Transition);
            Log.Add(Transition);
        }

        return (result as StepResult<RolloutState>.Refused)?.Refusal;
    }
}
