using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using OrleansRelease.Contracts;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Freezes;
using OrleansRelease.Core.Units;
using OrleansRelease.Gateway.Requests;

namespace OrleansRelease.Gateway.Freezes;

/// <summary>For how long from now, and why.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record FreezeBody([property: Required] string? For, [property: Required] string? Reason)
{
    public Answer<AskedFreeze> Read()
    {
        if (For is null) return new Refusal(Problems.MissingField, "for is missing", $"for: {Duration.Shape}");
        if (Duration.Parse(For) is not { } length)
        {
            return new Refusal(
                RefusalCodes.BadDuration, $"'{Answers.Shown(For)}' is not a duration", Duration.Shape);
        }

        return ThawBody.Why(Reason).Map(reason => new AskedFreeze(length, reason));
    }
}

internal sealed record AskedFreeze(TimeSpan Length, string Reason);

/// <summary>Why it may go on.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ThawBody([property: Required] string? Reason)
{
    public Answer<string> Read() => Why(Reason);

    // What is wrong with a reason that is there the rules say themselves.
    public static Answer<string> Why(string? reason) => reason is null
        ? new Refusal(Problems.MissingField, "reason is missing", $"reason: 1 to {FreezeLimits.Reason} characters")
        : new Answer<string>.Accepted(reason);
}
