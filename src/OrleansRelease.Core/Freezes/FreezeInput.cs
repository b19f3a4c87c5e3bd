using System.Text.Json.Serialization;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Core.Freezes;

/// <summary>All that can come to the freeze of an environment.</summary>
[JsonDerivedType(typeof(Begin), "begin")]
[JsonDerivedType(typeof(Thaw), "thaw")]
[JsonDerivedType(typeof(OutcomeReported), "outcome")]
[JsonDerivedType(typeof(Tick), "tick")]
public abstract record FreezeInput
{
    private FreezeInput()
    {
    }

    /// <summary>From now on, for so long; of one that is frozen this says anew for how long, by whom and why.</summary>
    public sealed record Begin(EnvironmentName Environment, TimeSpan For, ActorName Actor, string? Reason)
        : FreezeInput;

    public sealed record Thaw(EnvironmentName Environment, ActorName Actor, string? Reason) : FreezeInput;

    public sealed record OutcomeReported(OutcomeReport Report) : FreezeInput, IReportsOutcome;

    public sealed record Tick : FreezeInput;
}

/// <summary>All that can have happened to the freeze of an environment.</summary>
[JsonDerivedType(typeof(Begun), "begun")]
[JsonDerivedType(typeof(Changed), "changed")]
[JsonDerivedType(typeof(Thawed), "thawed")]
[JsonDerivedType(typeof(Ended), "ended")]
[JsonDerivedType(typeof(NotFrozen), "not-frozen")]
public abstract record FreezeEvent
{
    private FreezeEvent()
    {
    }

    public sealed record Begun(EnvironmentName Environment, Freeze Freeze) : FreezeEvent;

    /// <summary>One that is in force ends at another time, by the word of whoever said so last.</summary>
    public sealed record Changed(DateTimeOffset Until, ActorName Actor, string Reason) : FreezeEvent;

    public sealed record Thawed(ActorName Actor, string Reason) : FreezeEvent;

    /// <summary>Its time has come.</summary>
    public sealed record Ended : FreezeEvent;

    /// <summary>
    /// Somebody wanted to thaw what was never frozen; on record, so that a repetition changes nothing.
    /// </summary>
    public sealed record NotFrozen(EnvironmentName Environment) : FreezeEvent;
}
