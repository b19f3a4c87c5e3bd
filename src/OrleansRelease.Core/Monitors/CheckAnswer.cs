namespace OrleansRelease.Core.Monitors;

/// <summary>What came of one request of a monitor.</summary>
public abstract record CheckAnswer
{
    private CheckAnswer()
    {
    }

    /// <param name="Status">Its code.</param>
    /// <param name="Took">From the beginning to the last byte that was read.</param>
    /// <param name="Body">At most <see cref="MonitorCheck.MostBytes"/>.</param>
    /// <param name="IsCut">The body goes on.</param>
    /// <param name="CertificateEnds">Until when the other side's certificate is valid; null over http.</param>
    public sealed record Answered(
        int Status, TimeSpan Took, ReadOnlyMemory<byte> Body, bool IsCut, DateTimeOffset? CertificateEnds)
        : CheckAnswer;

    /// <summary>There is no answer, or no whole one.</summary>
    public sealed record None(Trouble Trouble, string Detail) : CheckAnswer;
}

/// <summary>What keeps an answer from coming.</summary>
public enum Trouble
{
    /// <summary>This server cannot ask as it should: a secret is missing, its proxy says no.</summary>
    OwnSide,

    /// <summary>The name is not found, or nobody answers who would know it.</summary>
    NoName,

    /// <summary>There is no way to the address.</summary>
    NoRoute,

    /// <summary>Nothing came back from the address within the time.</summary>
    NoConnection,

    /// <summary>The address says that nobody listens there.</summary>
    Refused,

    /// <summary>TLS with the address came to nothing.</summary>
    Tls,

    /// <summary>The address was reached, and its answer was not whole within the time.</summary>
    TimedOut,

    /// <summary>The address was reached, and what came is no whole answer.</summary>
    Broken,
}
