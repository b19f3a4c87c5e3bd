using System.Text.Json.Serialization;
using OrleansRelease.Core.Attribution;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Core.Inquiries;

/// <summary>All that can have happened in an inquiry.</summary>
[JsonDerivedType(typeof(Opened), "opened")]
[JsonDerivedType(typeof(Judged), "judged")]
[JsonDerivedType(typeof(RolloutTold), "rollout-told")]
[JsonDerivedType(typeof(Closed), "closed")]
public abstract record InquiryEvent
{
    private InquiryEvent()
    {
    }

    /// <summary>The service got worse, for the first time or again.</summary>
    public sealed record Opened(string Objective, Finding Finding) : InquiryEvent;

    /// <summary>More is known, or somebody has to hear again of what is.</summary>
    public sealed record Judged(Finding Finding) : InquiryEvent;

    /// <summary>By the newest finding.</summary>
    public sealed record RolloutTold(RolloutId Rollout, Advice Advice) : InquiryEvent;

    /// <summary>The service is well again, or cannot be looked at any more.</summary>
    public sealed record Closed(DateTimeOffset OverAt) : InquiryEvent;
}
