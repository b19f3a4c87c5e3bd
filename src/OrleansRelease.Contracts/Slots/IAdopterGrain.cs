using OrleansRelease.Contracts.Planning;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Planning;
using OrleansRelease.Core.Restoring;
using OrleansRelease.Core.Slots;

namespace OrleansRelease.Contracts.Slots;

/// <summary>
/// Takes over what already runs: looks at router and target, and has the slot put it on record. Any number of these
/// work at a time; the key is 0.
/// </summary>
[Alias("orel.adopter"), GrainInterfaceType("orel.adopter")]
public interface IAdopterGrain : IGrainWithIntegerKey
{
    /// <summary>Moves nothing. Refused where what is there is not the version that was named.</summary>
    [Alias("adopt")]
    Task<Answer<Adoption>> AdoptAsync(
        StartRequest request, Command command, bool dryRun, CancellationToken cancellation);

    /// <summary>The same of the version that has all requests. Refused where none has.</summary>
    [Alias("adopt-whole")]
    Task<Answer<Adoption>> AdoptWholeAsync(
        SlotKey at, string? digest, Command command, bool dryRun, CancellationToken cancellation);
}

/// <summary>
/// What is on record of a slot from now on, what was seen there, and what the first rollout from here would do;
/// <see cref="FirstPlan"/> calls the version that nobody knows yet <see cref="Next"/>.
/// </summary>
public sealed record Adoption(Standing Standing, Observation Seen, RolloutPlan FirstPlan)
{
    public const string Next = "next";
}
