using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using OrleansRelease.Contracts;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Releases;
using OrleansRelease.Gateway.Requests;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Gateway.Releases;

/// <summary>
/// Where it is to begin; without it, wherever it may. The priority is given once for each environment, with the first
/// start there.
/// </summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ReleaseStartBody(EnvironmentName? Environment = null, int? Priority = null);

/// <summary>
/// Why, and what becomes of those that have been built on it: nothing is taken back (<c>Refuse</c>), a person is asked
/// (<c>Hold</c>), or they are taken back first (<c>Include</c>).
/// </summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record RollbackBody(WhenBuiltOn? WhenBuiltOn = null, string? Reason = null);

/// <summary>
/// Why, and what becomes of it where others stand on what it has verified: without a word all of it goes back and they
/// are named; nothing is taken back (<c>Refuse</c>), or it is paused (<c>Hold</c>). <c>Include</c> is refused there: no
/// abort takes others back.
/// </summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record AbortBody(string? Reason = null, WhenBuiltOn? WhenBuiltOn = null);

/// <summary>Which service stays as it is, and why.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record LeaveBody([property: Required] ServiceName? Service, string? Reason = null)
{
    public static Task<Answer<PassageAnswer>> Missing => Task.FromResult<Answer<PassageAnswer>>(
        new Refusal(Problems.MissingField, "service is missing", $"service: {ServiceName.Shape}"));
}

/// <summary>Which passages are asked for; what is null does not matter.</summary>
internal sealed record PassageSearch(string? Environment, string? Phase, string? After, int? Limit)
{
    public Answer<RowFilter> Read() => new RowSearch(null, Environment, Phase, After, Limit)
        .Read(Kinds.Passage, Enum.GetNames<PassagePhase>());
}
