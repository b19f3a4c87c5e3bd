using System.Collections.Immutable;
using System.Text.Json.Serialization;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Core.Releases;

/// <summary>Why a passage went back or ended otherwise than well.</summary>
[JsonDerivedType(typeof(Person), "person")]
[JsonDerivedType(typeof(ServiceFailed), "service-failed")]
[JsonDerivedType(typeof(SupersededBy), "superseded-by")]
[JsonDerivedType(typeof(NotMet), "not-met")]
[JsonDerivedType(typeof(SlotRefused), "slot-refused")]
[JsonDerivedType(typeof(Reversed), "reversed")]
[JsonDerivedType(typeof(BuiltOnSince), "built-on-since")]
[JsonDerivedType(typeof(NothingLeft), "nothing-left")]
[JsonDerivedType(typeof(NotAsPlanned), "not-as-planned")]
public abstract record PassageCause
{
    private PassageCause()
    {
    }

    /// <summary>One sentence without a full stop, for people.</summary>
    [JsonIgnore]
    public string Text => Sentence();

    private protected abstract string Sentence();

    /// <summary>
    /// <see cref="StandOn"/> are those that stood on what it had verified when it was aborted; null: nobody did, or
    /// that was <see cref="StandOnNotKnown"/>.
    /// </summary>
    public sealed record Person(
        ActorName Actor, string? Reason, ImmutableArray<StandsOn>? StandOn = null, string? StandOnNotKnown = null)
        : PassageCause
    {
        private protected override string Sentence() =>
            Reason is null ? $"aborted by {Actor}" : $"aborted by {Actor}: {Reason}";
    }

    public sealed record ServiceFailed(ServiceName Service, string Reason) : PassageCause
    {
        private protected override string Sentence() => $"{Service} failed: {Reason}";
    }

    public sealed record SupersededBy(PassageId Passage) : PassageCause
    {
        private protected override string Sentence() => $"superseded by {Passage}";
    }

    /// <summary>What had completed is taken back.</summary>
    public sealed record Reversed(PassageId Passage, ActorName Actor, string? Reason) : PassageCause
    {
        private protected override string Sentence() =>
            $"{Passage} is taken back by {Actor}" + (Reason is null ? "" : $": {Reason}");
    }

    /// <summary>Others came to stand on what was to be taken back, and nobody has said what becomes of them.</summary>
    public sealed record BuiltOnSince(StandsOn By) : PassageCause
    {
        private protected override string Sentence() => $"{By}: it came after the way back was asked for";
    }

    /// <summary>Of what was to be taken back nothing is there any more.</summary>
    public sealed record NothingLeft(string Reason) : PassageCause
    {
        private protected override string Sentence() => $"nothing of it is there any more: {Reason}";
    }

    /// <summary>What was to be taken back is there still, and under something else than when it was planned.</summary>
    public sealed record NotAsPlanned(ServiceName Service, string Reason) : PassageCause
    {
        private protected override string Sentence() =>
            $"{Service} is not as it was when the way back was asked for: {Reason}; nothing was taken back";
    }

    /// <summary>It requires something that is not there, and asked not to wait for it.</summary>
    public sealed record NotMet(ServiceName Service, string Reason) : PassageCause
    {
        private protected override string Sentence() => Reason;
    }

    /// <summary>
    /// Another release has a slot that it needs, and it asked not to wait; or it could not have it for this reason.
    /// </summary>
    public sealed record SlotRefused(ServiceName Service, PassageId By, string? Reason = null) : PassageCause
    {
        private protected override string Sentence() => Reason is null
            ? $"{By} has {Service} there, or waits for it"
            : $"{Service} could not be claimed: {Reason}";
    }
}
