using System.Text.Json.Serialization;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Core.Releases;

/// <summary>Why a passage went back or ended otherwise than well.</summary>
[JsonDerivedType(typeof(Person), "person")]
[JsonDerivedType(typeof(ServiceFailed), "service-failed")]
[JsonDerivedType(typeof(SupersededBy), "superseded-by")]
[JsonDerivedType(typeof(NotMet), "not-met")]
[JsonDerivedType(typeof(SlotRefused), "slot-refused")]
public abstract record PassageCause
{
    private PassageCause()
    {
    }

    /// <summary>One sentence without a full stop, for people.</summary>
    [JsonIgnore]
    public string Text => Sentence();

    private protected abstract string Sentence();

    public sealed record Person(ActorName Actor, string? Reason) : PassageCause
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

    /// <summary>It requires something that is not there, and asked not to wait for it.</summary>
    public sealed record NotMet(ServiceName Service, string Reason) : PassageCause
    {
        private protected override string Sentence() => Reason;
    }

    /// <summary>Another release has a slot that it needs, and it asked not to wait.</summary>
    public sealed record SlotRefused(ServiceName Service, PassageId By) : PassageCause
    {
        private protected override string Sentence() => $"{By} has {Service} there, or waits for it";
    }
}
