using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Freezes;
using OrleansRelease.Core.Rollouts;

namespace OrleansRelease.Core.Tests.Simulation;

/// <summary>Answers what the rollout asks, from what really happened outside, through sources that fail.</summary>
internal sealed class MetricsSource(World world)
{
    /// <summary>When a metric could not be measured, by its name: what is not measurable has no bound.</summary>
    public Dictionary<string, DateTimeOffset> Failures { get; } = [];

    private readonly HashSet<string> _asking = [];

    private readonly TracesOfASeed _traces = new(world.Seed);

    private int _life;

    /// <summary>
    /// Asks what is not being asked already; each question is answered by itself, as soon as it is read.
    /// </summary>
    public void Ask(Questions questions)
    {
        Forget();
        foreach (var question in questions.Metrics.Where(question => _asking.Add(question.Key))) Ask(question);
        if (questions.Instances && _asking.Add("instances"))
            Tell("instances", new RolloutInput.Answered([], Health()), world.Dice.Seconds(0.01, 0.3), Faults.None);
        if (!questions.Gates || !_asking.Add("")) return;
        var freeze = new FreezeFact(world.Now, world.Freezes.At(world.Now));
        var health = freeze.Freeze is null || world.Freezes.TellsHealthToo() ? Health() : null;
        var required = health is null ? null : world.Elsewhere?.Read(world.Now);
        var answered = new RolloutInput.Answered([], health, freeze, required);
        Tell("", answered, world.Dice.Seconds(0.01, 0.3), Faults.None);
    }

    /// <summary>The same for the traces of what has failed.</summary>
    public void Search()
    {
        Forget();
        if (!_asking.Add("traces")) return;
        var (found, took) = _traces.Search(world.Now);
        Tell("traces", new RolloutInput.Answered([], null, Traces: found), took, Faults.None);
    }

    // Questions are lost with the node that asked them.
    private void Forget()
    {
        if (_life != world.Life) _asking.Clear();
        _life = world.Life;
    }

    private void Ask(MetricQuestion question)
    {
        var (reading, took, fault) = Read(question);
        if (fault != Faults.None) Failures.TryAdd(question.Metric.Name, world.Now);
        var answered = new RolloutInput.Answered([new(question.Key, question.Window, reading)], null);
        Tell(question.Key, answered, took + world.Dice.Seconds(0.01, 0.1), fault);
    }

    private void Tell(string question, RolloutInput.Answered answered, TimeSpan took, Faults faults)
    {
        var life = world.Life;
        world.Lean.UnderWay(nameof(RolloutInput.Answered));
        var late = world.Strikes(Faults.Late, nameof(RolloutInput.Answered));
        if (late)
        {
            faults |= Faults.Late;
            world.Disturbed();
        }

        void Arrive()
        {
            if (world.Life != life) return;
            _asking.Remove(question);
            if (world.Strikes(Faults.Lost))
            {
                world.Disturbed();
                world.Count(world.Store.Row, answered, faults | Faults.Lost);
                return;
            }

            world.Deliver(new(answered, null, faults));
            if (!world.Strikes(Faults.Doubled, nameof(RolloutInput.Answered))) return;
            world.Lean.Later(0, 10, () => world.Deliver(new(answered, null, faults | Faults.Doubled)));
        }

        if (late) world.Lean.Later(took.TotalSeconds + 1, took.TotalSeconds + 20, Arrive);
        else world.Agenda.After(took, Arrive);
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
            Reading odd = question.Metric.Source is MetricSource.Monitor ? new Reading.Error("servers do not agree")
                : question.Metric.Source is MetricSource.Query
                ? new Reading.Value(world.Dice.Pick(double.NaN, double.PositiveInfinity, double.NegativeInfinity))
                : new Reading.Counts(world.Dice.Pick(double.NaN, -1, 7), world.Dice.Pick(double.NaN, 3));
            return (odd, TimeSpan.Zero, Faults.MetricNotANumber);
        }

        var timeout = question.Metric.Limits.Timeout;
        return world.Strikes(Faults.MetricSlow)
            ? (new Reading.Error("no answer in time"), timeout, Faults.MetricSlow)
            : (world.Outside.Read(question.Metric.Source, question.Window, world.Now),
                timeout * ((world.Lean.AnswersLast ? 1 : world.Dice.Fraction()) * 0.3), Faults.None);
    }
}
