using System.Diagnostics.Metrics;

namespace OrleansRelease.Grains.Measuring;

/// <summary>The numbers that this part of the system counts about itself.</summary>
internal sealed class ReleaseInstruments
{
    private readonly Counter<long> _transitions;
    private readonly Counter<long> _effects;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _quarantined;
    private readonly Counter<long> _writeFailures;
    private readonly Counter<long> _woken;
    private readonly Counter<long> _questions;

    public ReleaseInstruments(IMeterFactory factory)
    {
        var meter = factory.Create(GrainsHosting.MeterName);
        _transitions = meter.CreateCounter<long>("orel.transitions", description: "Decisions written, by kind");
        _effects = meter.CreateCounter<long>("orel.effects", description: "Attempts made, by effect and outcome");
        _failures = meter.CreateCounter<long>("orel.row.failures", description: "Rows not decided because of an error");
        _quarantined = meter.CreateCounter<long>("orel.row.quarantined", description: "Rows that were given up");
        _writeFailures = meter.CreateCounter<long>("orel.row.write_failures", description: "Writes that threw");
        _woken = meter.CreateCounter<long>("orel.wakeups", description: "Due rows woken");
        _questions = meter.CreateCounter<long>("orel.questions", description: "Metric windows read, by reading");
    }

    public void OnTransition(string kind) => _transitions.Add(1, new KeyValuePair<string, object?>("kind", kind));

    public void OnEffect(string action, string outcome) => _effects.Add(
        1, new KeyValuePair<string, object?>("effect", action), new KeyValuePair<string, object?>("outcome", outcome));

    public void OnWriteFailed(string kind) => _writeFailures.Add(1, new KeyValuePair<string, object?>("kind", kind));

    public void OnRowFailed(string kind, bool quarantined)
    {
        _failures.Add(1, new KeyValuePair<string, object?>("kind", kind));
        if (quarantined) _quarantined.Add(1, new KeyValuePair<string, object?>("kind", kind));
    }

    public void OnWoken(int rows) => _woken.Add(rows);

    public void OnMeasured(string reading) => _questions.Add(1, new KeyValuePair<string, object?>("reading", reading));
}
