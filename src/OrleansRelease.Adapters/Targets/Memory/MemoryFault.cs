namespace OrleansRelease.Adapters.Targets.Memory;

/// <summary>How one call to the in-memory target goes wrong.</summary>
public abstract record MemoryFault
{
    private MemoryFault()
    {
    }

    /// <summary>It is done, but the answer is lost: an unknown outcome, or an exception.</summary>
    public sealed record AnswerLost(bool Throws = false) : MemoryFault;

    /// <summary>It never arrives: an unknown outcome, or an exception.</summary>
    public sealed record CallLost(bool Throws = false) : MemoryFault;

    /// <summary>An unknown outcome at once; the call arrives after the delay, whatever was accepted by then.</summary>
    public sealed record Late(TimeSpan Delay) : MemoryFault;

    /// <summary>It arrives after the delay, if the caller still waits.</summary>
    public sealed record Slow(TimeSpan Delay) : MemoryFault;

    /// <summary>It says "applied" and does nothing.</summary>
    public sealed record Lies : MemoryFault;

    public sealed record Refuses(string Reason) : MemoryFault;

    /// <summary>The fence is accepted, but the version does not get ready: not applied.</summary>
    public sealed record NotReady(string Reason) : MemoryFault;
}
