using System.Text.Json.Serialization;
using OrleansRelease.Core.Releases;

namespace OrleansRelease.Core.Rollouts;

/// <summary>Where a rollout is, with all that has meaning only there.</summary>
[JsonDerivedType(typeof(Pending), "pending")]
[JsonDerivedType(typeof(Moving), "moving")]
[JsonDerivedType(typeof(Held), "held")]
[JsonDerivedType(typeof(GoingBack), "going-back")]
[JsonDerivedType(typeof(Stuck), "stuck")]
[JsonDerivedType(typeof(Ended), "ended")]
[JsonDerivedType(typeof(Verified), "verified")]
[JsonDerivedType(typeof(Halted), "halted")]
public abstract record Stage
{
    private Stage()
    {
    }

    /// <summary>Waits for the environment's permit; nothing has been touched.</summary>
    public sealed record Pending : Stage;

    public sealed record Moving(int Step, Work Work) : Stage;

    /// <summary>Stands still in a step; measuring and a pause's clock go on, nothing moves forward.</summary>
    public sealed record Held(int Step, Work Work, Hold Hold) : Stage;

    /// <summary>
    /// Undoing: <see cref="Done"/> of the plan's steps are verified, the next one is the effect
    /// <see cref="Ordinal"/>. After <see cref="Deadline"/> a person has been told. <see cref="Shed"/> is how requests
    /// go back while that one is under way; null: they do not.
    /// </summary>
    public sealed record GoingBack(
        WayBack Plan, int Done, int Ordinal, Cause Cause, DateTimeOffset Deadline, bool Overdue,
        Shed? Shed = null) : Stage;

    /// <summary>
    /// The step after <see cref="Done"/> could not be undone; a person decides. <see cref="Shed"/> is how requests
    /// were sent back before; null: they were not.
    /// </summary>
    public sealed record Stuck(WayBack Plan, int Done, Cause Cause, string Reason, Shed? Shed = null) : Stage;

    /// <summary>
    /// Everything was done and judged good. Its release has not completed, and may still take it back; it does so only
    /// when nothing stands on it any more, so nobody else does. <see cref="Blamed"/>: what it is blamed for since.
    /// </summary>
    public sealed record Verified(Cause? Blamed = null) : Stage;

    /// <summary>
    /// Its release is taken back, and its turn has not come: it decides nothing forward any more, and this has
    /// happened. With a <see cref="Plan"/> its turn has come, and it waits for a call that nobody can fence out.
    /// </summary>
    public sealed record Halted(Happened Happened, int? Plan = null) : Stage;

    public sealed record Ended(Phase As, Cause? Cause) : Stage;
}
