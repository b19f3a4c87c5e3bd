namespace OrleansRelease.Adapters.Traffic.Memory;

/// <summary>How one call to the in-memory router goes wrong.</summary>
public abstract record TrafficFault
{
    private TrafficFault()
    {
    }

    /// <summary>The router acknowledges and does nothing: the counters contradict it.</summary>
    public sealed record Lies : TrafficFault;

    /// <summary>The router acknowledges and does it after the delay, unless a higher fence has come by then.</summary>
    public sealed record Late(TimeSpan Delay) : TrafficFault;

    /// <summary>The split holds, then the router starts again without it and without its fence.</summary>
    public sealed record Forgets : TrafficFault;

    /// <summary>It arrives after the delay, if the caller still waits.</summary>
    public sealed record Slow(TimeSpan Delay) : TrafficFault;

    /// <summary>The split holds, but the answer is lost: an unknown outcome, or an exception.</summary>
    public sealed record AnswerLost(bool Throws = false) : TrafficFault;

    /// <summary>It never arrives: an unknown outcome, or an exception.</summary>
    public sealed record CallLost(bool Throws = false) : TrafficFault;

    public sealed record Refuses(string Reason) : TrafficFault;

    /// <summary>The router could not be reached: not applied.</summary>
    public sealed record Unreachable(string Reason) : TrafficFault;
}
