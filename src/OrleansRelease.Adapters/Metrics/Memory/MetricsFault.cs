namespace OrleansRelease.Adapters.Metrics.Memory;

/// <summary>How one query of the in-memory source goes wrong.</summary>
public abstract record MetricsFault
{
    private MetricsFault()
    {
    }

    /// <summary>Nobody answers.</summary>
    public sealed record Dead : MetricsFault;

    /// <summary>It answers with nothing.</summary>
    public sealed record Empty : MetricsFault;

    public sealed record NaN : MetricsFault;

    /// <summary>It answers after the delay; past the metric's time-out that is an error.</summary>
    public sealed record Slow(TimeSpan Delay) : MetricsFault;

    public sealed record Malformed : MetricsFault;

    /// <summary>It answers, and has never heard of the name.</summary>
    public sealed record Misspelt : MetricsFault;
}
