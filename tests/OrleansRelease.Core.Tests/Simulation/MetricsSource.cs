using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Rollouts;

namespace OrleansRelease.Core.Tests.Simulation;

/// <summary>Answers what the rollout asks, from what really happened outside, through sources that fail.</summary>
internal sealed class MetricsSource(World world)
{
    private static readonly TimeSpan GiveUp = TimeSpan.FromSeconds(1);

    /// <summary>When a metric could not be measured, by its name: what is not measurable has no bound.</summary>
    public Dictionary<string, DateTimeOffset> Failures { get; } = [];

    public void Ask(Activation asker, Questions questions)
    {
        var faults = Faults.None;
        var took = world.Dice.Seconds(0.01, 0.2);
        var answers = questions.Metrics.Select(question =>
        {
            var (reading, delay, fault) = Read(question);
            faults |= fault;
            if (fault != Faults.None) Failures.TryAdd(question.Metric.Name, world.Now);
            if (delay > took) took = delay;
            return new Measurement(question.Key, question.Window, reading);
        }).ToList();
        var health = questions.Health ? Health() : null;

        var answered = new RolloutInput.Answered([.. answers], health);
        if (world.Strikes(Faults.Lost))
        {
            world.Disturbed();
            world.Count(asker.Row, answered, faults | Faults.Lost);
            world.Agenda.After(took + GiveUp, asker.AnswerIsOver);
            return;
        }

        if (world.Strikes(Faults.Late))
        {
            faults |= Faults.Late;
            world.Disturbed();
            took += world.Dice.Seconds(1, 20);
        }

        world.Agenda.After(took, () => Answer(asker, new(answered, null, faults)));
    }

    private void Answer(Activation asker, Delivery delivery)
    {
        // An answer goes to whoever asked; when that one has ended, nobody hears it.
        if (asker.IsAlive) asker.Handle(delivery);
        asker.AnswerIsOver();
        if (!world.Strikes(Faults.Doubled)) return;
        world.Agenda.After(world.Dice.Seconds(0, 10), () =>
        {
            if (asker.IsAlive) asker.Handle(delivery with { Faults = delivery.Faults | Faults.Doubled });
        });
    }

    private HealthFact Health() => new(
        world.Now, world.Outside.Health(world.Outside.Candidate, world.Now),
        world.Outside.Baseline is { } baseline ? world.Outside.Health(baseline, world.Now) : null);

    private (Reading Reading, TimeSpan Took, Faults Fault) Read(MetricQuestion question)
    {
        if (world.Strikes(Faults.MetricMissing))
            return (new Reading.NoData("empty"), TimeSpan.Zero, Faults.MetricMissing);
        if (world.Strikes(Faults.MetricError))
            return (new Reading.Error("503"), TimeSpan.Zero, Faults.MetricError);
        if (world.Strikes(Faults.MetricNotANumber))
        {
            Reading odd = question.Metric.Source is MetricSource.Query
                ? new Reading.Value(world.Dice.Pick(double.NaN, double.PositiveInfinity, double.NegativeInfinity))
                : new Reading.Counts(world.Dice.Pick(double.NaN, -1, 7), world.Dice.Pick(double.NaN, 3));
            return (odd, TimeSpan.Zero, Faults.MetricNotANumber);
        }

        var timeout = question.Metric.Limits.Timeout;
        return world.Strikes(Faults.MetricSlow)
            ? (new Reading.Error("no answer in time"), timeout, Faults.MetricSlow)
            : (world.Outside.Read(question.Metric.Source, question.Window, world.Now),
                timeout * (world.Dice.Fraction() * 0.3), Faults.None);
    }
}
