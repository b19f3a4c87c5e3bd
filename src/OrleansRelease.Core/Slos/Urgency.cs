using System.Text.Json.Serialization;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Core.Slos;

/// <summary>Whether something that costs an error budget can be told to wait.</summary>
[JsonDerivedType(typeof(Planned), "planned")]
[JsonDerivedType(typeof(WayBack), "way-back")]
[JsonDerivedType(typeof(Emergency), "emergency")]
public abstract record Urgency
{
    private Urgency()
    {
    }

    public sealed record Planned : Urgency;

    /// <summary>It takes back, and always goes.</summary>
    public sealed record WayBack : Urgency;

    /// <summary>A person's word, on record, that it cannot wait.</summary>
    public sealed record Emergency(ActorName By, string Reason) : Urgency;
}

/// <summary>What a book of reservations answers.</summary>
[JsonDerivedType(typeof(Granted), "granted")]
[JsonDerivedType(typeof(Refused), "refused")]
public abstract record BudgetAnswer
{
    private BudgetAnswer()
    {
    }

    public sealed record Granted : BudgetAnswer;

    public sealed record Refused(Refusal Refusal) : BudgetAnswer;
}
