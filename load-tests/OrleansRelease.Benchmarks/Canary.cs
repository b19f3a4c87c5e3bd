using System.Collections.Immutable;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Freezes;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Benchmarks;

/// <summary>A ten-step canary whose every effect succeeds and whose every window passes, step by step.</summary>
public sealed class Canary
{
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);
    private static readonly ServiceName Service = ServiceName.From("checkout");
    private static readonly EnvironmentName Environment = EnvironmentName.From("production");
    private static readonly VersionName Version = VersionName.From("3.2.0");

    private readonly RolloutDecider _decider = new(Spec);
    private DateTimeOffset _now = Start;

    public static RolloutSpec Spec { get; } = CreateSpec();

    public Row<RolloutState> Row { get; private set; } = Row<RolloutState>.Empty;

    public int Transitions { get; private set; }

    /// <summary>The newest of them, as it goes into the log.</summary>
    public string LastTransition { get; private set; } = "";

    /// <summary>Carries one canary from its begin to its end; the number of transitions that it took.</summary>
    public static Canary RunToEnd(int maxTransitions = int.MaxValue)
    {
        var canary = new Canary();
        canary.Take(new RolloutInput.Begin(
            RolloutId.From("checkout.production.7"), 7, VersionName.From("3.1.4"), Version, "sha256:0",
            ActorName.From("ci")));
        canary.Take(new RolloutInput.PermitGranted());
        while (canary.Row.State!.Stage is not Stage.Ended && canary.Transitions < maxTransitions) canary.Next();
        return canary;
    }

    private void Next()
    {
        if (Row.Outbox.FirstOrDefault(entry => entry.IsPending) is { } pending)
        {
            Take(new RolloutInput.OutcomeReported(
                new(pending.Effect.Ordinal, pending.Attempt, new Outcome.Applied())));
            return;
        }

        var questions = Questions.Due(Spec, Row.State!, _now);
        if (questions.IsEmpty)
        {
            _now = Row.NextWake > _now ? Row.NextWake.Value : _now + TimeSpan.FromSeconds(1);
            Take(new RolloutInput.Tick());
            return;
        }

        var before = Transitions;
        Take(new RolloutInput.Answered(
            [.. questions.Metrics.Select(q => new Measurement(q.Key, q.Window, new Reading.Counts(1, 1000)))],
            questions.Gates ? new HealthFact(_now, new(1, 1), new(1, 1)) : null,
            questions.Gates ? new FreezeFact(_now, null) : null));
        // A question that comes again after its answer: there is one that nobody answers here.
        if (Transitions == before)
            throw new InvalidOperationException($"the canary stands still in {Row.State!.Stage}: what it asks is new");
    }

    private void Take(RolloutInput input)
    {
        if (_decider.Step(Row, input, null, 1, _now) is not StepResult<RolloutState>.Written written) return;
        Row = written.Row;
        LastTransition = written.Transition;
        Transitions++;
    }

    private static RolloutSpec CreateSpec()
    {
        var pause = new Step.Pause(TimeSpan.FromMinutes(10));
        ImmutableArray<Step> steps =
        [
            new Step.Deploy(),
            new Step.SetWeight(Weight.Percent(1)), pause,
            new Step.SetWeight(Weight.Percent(10)), pause,
            new Step.SetWeight(Weight.Percent(50)), pause,
            new Step.SetWeight(Weight.All), pause,
            new Step.Verify(TimeSpan.FromMinutes(15)),
        ];
        var limits = new EffectLimits(TimeSpan.FromSeconds(30), 3, TimeSpan.FromSeconds(1));
        return new(
            Service, Environment, Version, null, "payments", null, "canary", steps,
            [Metric("golden-signals/errors"), Metric("golden-signals/slow")],
            new("/healthz", TimeSpan.FromMinutes(2), TimeSpan.Zero),
            new(TimeSpan.FromMinutes(15), UndecidedThen.Rollback), TimeSpan.FromMinutes(20), TimeSpan.FromHours(1),
            WhenBusy.Queue, 25,
            new(
                "memory", ImmutableSortedDictionary<string, string>.Empty, [], Repeat.Absolute, Fencing.Stored, limits,
                limits),
            new("memory", null, null, Repeat.Absolute, Fencing.Stored, limits),
            new("memory", null, null, TimeSpan.FromSeconds(15)));
    }

    private static MetricSpec Metric(string name) => new(
        name, new MetricSource.Ratio("bad", null, "total"), Unit.Ratio, new(0.05, null, null),
        new(TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(5), TimeSpan.Zero, null, 1, 3, 3, 4, null, 100), false);
}
