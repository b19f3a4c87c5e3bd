using System.Diagnostics.Metrics;
using OrleansRelease.Core.Durability;
using OrleansRelease.Grains;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Host.Telemetry;

/// <summary>
/// What is counted in the store, asked for by whoever reads the metrics and at most once in five seconds. Every server
/// of a cluster tells the same, so that one who dies takes nothing along: it is to be read with <c>max by</c>.
/// </summary>
internal sealed partial class StoreGauges : IDisposable
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(5);

    /// <summary>Whoever reads the metrics waits for it, and has a patience of its own.</summary>
    private static readonly TimeSpan AnswersWithin = TimeSpan.FromSeconds(2);

    private readonly ITotals _totals;
    private readonly IStoreClock _clock;
    private readonly TimeProvider _time;
    private readonly ILogger<StoreGauges> _logger;
    private readonly SemaphoreSlim _one = new(1);
    private long? _askedAt;

    // Null when the store did not answer: an old number would look like a new one.
    private volatile StoreTotals? _known;

    public StoreGauges(
        IMeterFactory factory, ITotals totals, IStoreClock clock, TimeProvider time, ILogger<StoreGauges> logger)
    {
        (_totals, _clock, _time, _logger) = (totals, clock, time, logger);
        var meter = factory.Create(GrainsHosting.MeterName);
        meter.CreateObservableGauge<long>(
            "orel.rollouts", Rollouts, "{rollout}", "Rollouts that have not ended, by phase and environment");
        meter.CreateObservableGauge<double>(
            "orel.rollouts.oldest_state_age", Ages, "s",
            "Time since the last decision on the rollout that has had none for longest, by phase and environment");
        meter.CreateObservableGauge<long>(
            "orel.rows.quarantined", Quarantined, "{row}", "Rows that are put aside until a person retries them");
        meter.CreateObservableGauge<double>(
            "orel.oldest_due", OldestDue, "s", "For how long the row has been due that has been due for longest");
        meter.CreateObservableGauge<int>(
            "orel.store.answers", () => _known is null ? 0 : 1, "1",
            "Whether the store answered when it was last asked");
    }

    /// <summary>Asks the store, when what is known has become old.</summary>
    public async Task RefreshAsync(CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            if (_askedAt is { } before && _time.GetElapsedTime(before) < KeptFor) return;
            _known = await AskAsync(cancellation);
            _askedAt = _time.GetTimestamp();
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private async Task<StoreTotals?> AskAsync(CancellationToken cancellation)
    {
        try
        {
            return await _totals.AskAsync(cancellation).WaitAsync(AnswersWithin, _time, cancellation);
        }
        catch (Exception problem) when (!cancellation.IsCancellationRequested)
        {
            LogNotAnswered(problem);
            return null;
        }
    }

    private IEnumerable<Measurement<long>> Rollouts() =>
        (_known?.Rollouts ?? []).Select(total => new Measurement<long>(total.Count, Labels(total)));

    private IEnumerable<Measurement<double>> Ages()
    {
        foreach (var total in _known?.Rollouts ?? [])
            if (total.OldestWrite is { } oldest) yield return new(SecondsSince(oldest), Labels(total));
    }

    private IEnumerable<Measurement<long>> Quarantined() => _known is not { } known
        ? []
        : Kinds.All.Union(known.Quarantined.Keys).Select(kind => new Measurement<long>(
            known.Quarantined.GetValueOrDefault(kind), new KeyValuePair<string, object?>("kind", kind)));

    private IEnumerable<Measurement<double>> OldestDue() => _known is not { } known
        ? []
        : [new(known.OldestDue is { } due ? SecondsSince(due) : 0)];

    private double SecondsSince(DateTimeOffset then) => Math.Max((_clock.Now - then).TotalSeconds, 0);

    private static KeyValuePair<string, object?>[] Labels(PhaseTotal total) =>
        [new("phase", total.Phase), new("environment", total.Environment)];
}
