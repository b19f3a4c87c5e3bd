using OrleansRelease.Files;

namespace OrleansRelease.Router;

/// <summary>How a router process runs. Both listeners are on loopback, at free ports, unless told otherwise.</summary>
public sealed record RouterOptions
{
    /// <summary>Holds the stored slots, the token, the lock and where the router listens.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Where users' requests come in.</summary>
    public IReadOnlyList<string> Urls { get; init; } = ["http://127.0.0.1:0"];

    /// <summary>Where weights are set and counts are read.</summary>
    public IReadOnlyList<string> AdminUrls { get; init; } = ["http://127.0.0.1:0"];

    /// <summary>Holds the admin token, nothing else; created at the first start, readable by its owner only.</summary>
    public string? TokenFile { get; init; }

    /// <summary>
    /// What a stream of events may be silent for, once it has begun, before the router ends it. That is not held
    /// against its version: it may have had nothing to say.
    /// </summary>
    public TimeSpan StreamIdleTimeout { get; init; } = TimeSpan.FromSeconds(100);

    /// <summary>How long all new addresses of one change together may take to say which version they run.</summary>
    public TimeSpan FirstLookTimeout { get; init; } = TimeSpan.FromMilliseconds(1_500);

    /// <summary>Appends what happens, for checkers that do not trust the router's own answers.</summary>
    public string? LogFile { get; init; }

    public RouterFault Fault { get; init; }

    internal string TokenPath => TokenFile ?? Path.Combine(DataFolder, AdminTokenFile.Name);
}

/// <summary>
/// A drill: the router misbehaves on purpose, to show that nothing advances on its word. Never on by default.
/// </summary>
public enum RouterFault
{
    None,

    /// <summary>Acknowledges a change, reports it as set, and goes on as before.</summary>
    Lies,

    /// <summary>Acknowledges a change, reports it as set, and makes it ten seconds later.</summary>
    Late,

    /// <summary>Starts without what it had stored.</summary>
    Forgets,
}
