using OrleansRelease.Core.Identity;

namespace OrleansRelease.Gateway;

/// <summary>What the gateway is told by its host, and the bounds that it keeps.</summary>
public sealed record GatewayOptions
{
    /// <summary>The bearer token that every request must carry; kept only as its hash.</summary>
    public required string Token { get; init; }

    /// <summary>Whom the holder of the token is on record as.</summary>
    public ActorName Actor { get; init; } = ActorName.From("admin");

    /// <summary>How long a request may take, the live feed excepted.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How often the log is asked for news while somebody listens and nothing rings.</summary>
    public TimeSpan FeedInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The longest silence on the live feed.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How many may listen to the live feed of one gateway.</summary>
    public int MaxListeners { get; init; } = 200;

    /// <summary>How many events wait for one listener before it is dropped.</summary>
    public int ListenerBuffer { get; init; } = 256;
}
