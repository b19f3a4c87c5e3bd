using System.Collections.Immutable;
using OrleansRelease.Core.Attribution;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Grains.Inquiries;

/// <summary>Whoever may have made a service worse.</summary>
/// <param name="Suspects">With what is on record of each.</param>
/// <param name="Moving">Those that have their slots.</param>
/// <param name="UnreadCount">How many more there may be.</param>
/// <param name="NewcomerAt">When one that is none of them stepped much later; null: none has.</param>
/// <param name="HasNewcomers">Whether one that is none of them stepped after the onset.</param>
internal sealed record SuspectList(
    ImmutableArray<Suspect> Suspects, ImmutableArray<RolloutId> Moving, int UnreadCount, DateTimeOffset? NewcomerAt,
    bool HasNewcomers);
