using System.Collections.Immutable;
using System.Text.Json.Serialization;
using OrleansRelease.Core.Attribution;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Core.Inquiries;

/// <summary>All that can come to an inquiry.</summary>
[JsonDerivedType(typeof(Found), "found")]
[JsonDerivedType(typeof(Over), "over")]
[JsonDerivedType(typeof(OutcomeReported), "outcome")]
[JsonDerivedType(typeof(Tick), "tick")]
public abstract record InquiryInput
{
    private InquiryInput()
    {
    }

    /// <summary>The service is worse, and this was made of the counts and steps.</summary>
    /// <param name="Finding">What was found by a look that began at <see cref="Finding.At"/>.</param>
    /// <param name="Objective">The objective by whose requests it is worse.</param>
    /// <param name="Moving">Those that have their slots, and so can hold or go back.</param>
    public sealed record Found(Finding Finding, string Objective, ImmutableArray<RolloutId> Moving) : InquiryInput;

    /// <summary>The service was seen to be well again, or cannot be looked at any more.</summary>
    public sealed record Over(DateTimeOffset At) : InquiryInput;

    public sealed record OutcomeReported(OutcomeReport Report) : InquiryInput, IReportsOutcome;

    public sealed record Tick : InquiryInput;
}
