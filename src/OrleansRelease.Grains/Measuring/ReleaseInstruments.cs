using System.Diagnostics.Metrics;
using OrleansRelease.Core.Durability;

namespace OrleansRelease.Grains.Measuring;

/// <summary>The numbers that this part of the system counts about itself.</summary>
internal sealed class ReleaseInstruments
{
    private readonly Counter<long> _transitions;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _quarantined;
    private readonly Counter<long> _writeFailures;
    private readonly Counter<long> _woken;
    private readonly Counter<long> _questions;
    private readonly Histogram<double> _effects;
    private readonly Histogram<double> _lag;
    private readonly Histogram<double> _lateness;

    public ReleaseInstruments(IMeterFactory factory)
    {
        var meter = factory.Create(GrainsHosting.MeterName);
        _transitions = meter.CreateCounter<long>(
            "orel.transitions", "{transition}", "Decisions written, by kind of what was decided on");
        _effects = meter.CreateHistogram(
            "orel.effect.duration", "s", "Time of one attempt at an effect, from its turn to its outcome", null,
            Buckets.OfCalls);
        _lag = meter.CreateHistogram(
            "orel.decision.lag", "s", "Time from when a decision was due to its write", null, Buckets.OfDelays);
        _lateness = meter.CreateHistogram(
            "orel.wake.lateness", "s", "How late a due row was when the wake index found it", null, Buckets.OfDelays);
        _failures = meter.CreateCounter<long>(
            "orel.row.failures", "{failure}", "Times that a row could not be decided on because of an error");
        _quarantined = meter.CreateCounter<long>(
            "orel.row.quarantined", "{row}", "Rows that were given up after repeated failures");
        _writeFailures = meter.CreateCounter<long>(
            "orel.row.write_failures", "{write}", "Writes of which it was not known whether they happened");
        _woken = meter.CreateCounter<long>("orel.wakeups", "{row}", "Due rows that the wake index found and woke");
        _questions = meter.CreateCounter<long>(
            "orel.questions", "{window}", "Windows of metrics that were read, by reading");
        // What never happened is zero and not missing, or else its first time would be no increase.
        foreach (var kind in Kinds.All)
        {
            foreach (var counter in (Counter<long>[])[_transitions, _failures, _quarantined, _writeFailures])
                counter.Add(0, Of(kind));
        }

        _woken.Add(0);
    }

    public void OnTransition(string kind) => _transitions.Add(1, Of(kind));

    /// <summary>A decision was written that had been due for so long.</summary>
    public void OnDecided(string kind, TimeSpan lag) => _lag.Record(lag.TotalSeconds, Of(kind));

    public void OnEffect(string action, string adapter, string outcome, TimeSpan took) => _effects.Record(
        took.TotalSeconds, new KeyValuePair<string, object?>("effect", action),
        new KeyValuePair<string, object?>("adapter", adapter), new KeyValuePair<string, object?>("outcome", outcome));

    public void OnWriteFailed(string kind) => _writeFailures.Add(1, Of(kind));

    public void OnRowFailed(string kind, bool quarantined)
    {
        _failures.Add(1, Of(kind));
        if (quarantined) _quarantined.Add(1, Of(kind));
    }

    public void OnWoken(TimeSpan lateness)
    {
        _woken.Add(1);
        _lateness.Record(lateness.TotalSeconds);
    }

    public void OnMeasured(string reading) => _questions.Add(1, new KeyValuePair<string, object?>("reading", reading));

    private static KeyValuePair<string, object?> Of(string kind) => new("kind", kind);
}
