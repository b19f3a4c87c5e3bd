using System.Collections.Immutable;
using OrleansRelease.Contracts;
using OrleansRelease.Contracts.Slots;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Slots;

namespace OrleansRelease.Grains.Planning;

/// <summary>What a plan sees of slots.</summary>
internal static class SlotLookup
{
    /// <summary>How many slots are asked at a time.</summary>
    private const int AtATime = 32;

    extension(SlotState? slot)
    {
        /// <summary>
        /// Where whoever is started now would go back to. One that waits behind a first version will have that, which
        /// takes longer than going back to none.
        /// </summary>
        public VersionName? WayBackTo => slot?.Stable?.Version ?? slot?.Holder?.Rollout.Version;
    }

    /// <summary>
    /// Null where nothing was ever rolled out. A slot that cannot be read is not such a one: whoever planned by that
    /// would go back to nothing.
    /// </summary>
    public static async Task<Answer<ImmutableDictionary<ServiceName, SlotState?>>> SlotsAsync(
        this IGrainFactory grains, EnvironmentName environment, IEnumerable<ServiceName> services,
        CancellationToken cancellation)
    {
        var slots = ImmutableDictionary.CreateBuilder<ServiceName, SlotState?>();
        var unreadable = new List<Refusal>();
        foreach (var some in services.Distinct().Chunk(AtATime))
        {
            var read = await Task.WhenAll(some.Select(service => grains
                .GetGrain<ISlotGrain>($"{new SlotKey(service, environment)}").GetAsync(cancellation)));
            foreach (var (service, answer) in some.Zip(read))
            {
                if (answer is Answer<SlotView>.Refused { Refusal: var no } && no.Code != RefusalCodes.NotFound)
                    unreadable.Add(no);
                slots[service] = (answer as Answer<SlotView>.Accepted)?.Value.State;
            }
        }

        return unreadable.Count == 0 ? slots.ToImmutable() : Refusal.AllOf(unreadable);
    }
}
