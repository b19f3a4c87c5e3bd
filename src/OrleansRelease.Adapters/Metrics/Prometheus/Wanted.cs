namespace OrleansRelease.Adapters.Metrics.Prometheus;

/// <summary>By whom an answer is wanted, which may change while it is on its way.</summary>
/// <param name="Soon">Something waits for it; until then it is patient.</param>
/// <param name="NoMore">Nobody wants it any more.</param>
internal readonly record struct Wanted(CancellationToken Soon, CancellationToken NoMore)
{
    public bool IsPatient => !Soon.IsCancellationRequested;
}
