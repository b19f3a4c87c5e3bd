using System.Globalization;
using System.Net.ServerSentEvents;
using OrleansRelease.Core.Catalogue;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Gateway.Rollouts;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Gateway.Events;

/// <summary>What a listener gets for each decision on record.</summary>
public sealed record FeedEvent(
    long Position, string Kind, string Key, long Sequence, DateTimeOffset At, System.Text.Json.JsonElement Transition);

/// <summary>One decision on record, rendered once for all listeners.</summary>
internal sealed record FeedItem(long Position, string Kind, string Key, string Text)
{
    public static FeedItem Of(LogEntry entry) => new(
        entry.Position, entry.Kind, entry.Key,
        Vocabulary.Write(new FeedEvent(
            entry.Position, entry.Kind, entry.Key, entry.Sequence, entry.At,
            LoggedTransition.Of(entry).Transition)));

    public SseItem<string> ToEvent() => new(Text, Kind) { EventId = IdOf(Position) };

    public static string IdOf(long position) => position.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Which events a listener wants; what is null does not matter.</summary>
internal sealed record FeedFilter(
    RolloutId? Rollout, ServiceName? Service, EnvironmentName? Environment, ReleaseName? Release = null)
{
    // What a key means its kind says: a passage may be called as a rollout is.
    public bool Wants(FeedItem item)
    {
        if (this == new FeedFilter(null, null, null)) return true;
        var rollout = item.Kind == Kinds.Rollout ? RolloutId.Parse(item.Key) : null;
        if (Rollout is { } wanted) return rollout == wanted;
        var slot = rollout?.Slot ?? (Kinds.IsKeyedBySlot(item.Kind) ? SlotKey.Parse(item.Key) : null);
        var passage = item.Kind == Kinds.Passage ? PassageId.Parse(item.Key) : null;
        var manifest = item.Kind == Kinds.Manifest ? ManifestKey.Parse(item.Key) : null;
        return (Service is null || slot?.Service == Service || Is(manifest, "Service", Service.ToString()))
            && (Environment is null || slot?.Environment == Environment || passage?.Environment == Environment
                || (item.Kind is Kinds.Environment or Kinds.Freeze && item.Key == $"{Environment}")
                || Is(manifest, "Environment", Environment.ToString()))
            && (Release is null || passage?.Release == Release
                || (item.Kind == Kinds.Release && item.Key == $"{Release}")
                || Is(manifest, "Release", Release.ToString()));
    }

    private static bool Is(ManifestKey? key, string kind, string? name) => key?.Kind == kind && key.Value.Name == name;
}
