using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Rollouts;

namespace OrleansRelease.Core.Tests.Simulation;

/// <summary>One input on its way, with all that has gone wrong around it.</summary>
internal sealed record Delivery(RolloutInput Input, Command? Command = null, Faults Faults = Faults.None)
{
    /// <summary>Told the answer, unless it is lost: the sender then does not know.</summary>
    public Action<Reply>? Reply { get; init; }
}

/// <summary>What a sender learns. <see cref="Silence"/> is what it learns from a node that has died.</summary>
internal enum Reply
{
    Accepted,
    Refused,
    Silence,
}
