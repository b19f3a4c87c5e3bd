using System.Collections.Immutable;
using Orleans.Concurrency;
using OrleansRelease.Core.Doctor;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Contracts.Doctor;

/// <summary>
/// Looks at slots and holds what is there against the record; changes nothing. Any number of these work at a time; the
/// key is 0.
/// </summary>
[Alias("orel.doctor"), GrainInterfaceType("orel.doctor")]
public interface IDoctorGrain : IGrainWithIntegerKey
{
    [ReadOnly, Alias("examine")]
    Task<ImmutableArray<SlotReport>> ExamineAsync(ImmutableArray<SlotKey> slots, CancellationToken cancellation);
}
