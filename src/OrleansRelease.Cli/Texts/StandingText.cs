using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Slots;

namespace OrleansRelease.Cli.Texts;

/// <summary>What runs where, one line for each service in each environment.</summary>
internal static class StandingText
{
    public const string Nothing = "nothing has run anywhere yet, as far as is on record";

    public static string[] Head { get; } =
        ["SERVICE", "ENVIRONMENT", "STABLE", "SINCE", "BY", "MOVING", "NOTE"];

    public static string[] Row(JsonNode item, DateTimeOffset now)
    {
        var it = item.Deserialize<Standing>(Vocabulary.Options)!;
        return
        [
            $"{it.Slot.Service}", $"{it.Slot.Environment}", it.Stable?.ToString() ?? "-",
            it.Since is { } since ? Readable.Clock(since, now) : "", By(it), Moving(it.Holder), Note(it),
        ];
    }

    private static string By(Standing it) => it switch
    {
        { AdoptedBy: { } actor } => $"adopted by {actor}",
        { Rollout: { } rollout, Passage: { } passage } => $"{rollout} ({passage.Release})",
        { Rollout: { } rollout } => $"{rollout}",
        _ => "",
    };

    private static string Moving(StandingHolder? holder) => holder switch
    {
        null => "",
        { Passage: { } passage } => $"to {holder.Version}, {passage}",
        _ => $"to {holder.Version}, {holder.Rollout}",
    };

    private static string Note(Standing it) => string.Join(
        "; ", new[] { it.Waiting > 0 ? $"{it.Waiting} waiting" : null, it.Trouble }.OfType<string>());
}
