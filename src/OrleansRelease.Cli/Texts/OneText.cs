using System.Text.Json.Nodes;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Freezes;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Slots;

namespace OrleansRelease.Cli.Texts;

/// <summary>One thing that was asked for: manifests and what is effective as YAML, others in short.</summary>
internal static class OneText
{
    public static string Of(string plural, string json, DateTimeOffset now) => plural switch
    {
        "slots" => Slot(Vocabulary.Read<SlotAnswer>(json).State, now),
        "inquiries" => InquiryText.Of(Vocabulary.Read<InquiryAnswer>(json).State, now),
        "rollouts" => RolloutText.Of(Vocabulary.Read<RolloutAnswer>(json), now),
        _ => WithMissing(JsonNode.Parse(json)!),
    };

    public static string OfEnvironment(string manifest, string? freeze, DateTimeOffset now)
    {
        var text = WithMissing(JsonNode.Parse(manifest)!);
        return freeze is not null && Vocabulary.Read<FrozenAnswer>(freeze) is { Freeze: { } frozen } answer
            ? $"# {FreezeText.Of(answer.Environment, frozen, now)}\n{text}"
            : text;
    }

    private static string WithMissing(JsonNode manifest) => WithMissing(
        manifest["text"]!.GetValue<string>().TrimEnd(), manifest["missing"]?.AsArray());

    private static string WithMissing(string text, JsonArray? missing) => missing is not { Count: > 0 }
        ? text
        : $"{text}\n{string.Join('\n', missing.Select(reason => $"# no start: {reason}"))}";

    private static string Slot(SlotState slot, DateTimeOffset now) => string.Join('\n',
    [
        $"{slot.Slot}",
        .. Layout.Under("stable", slot.Stable is { } stable
            ? [$"{stable.Version} since {Readable.Clock(stable.Since, now)}"] : ["nothing yet"]),
        .. Layout.Under("moving", slot.Holder is { Rollout: var rollout, Passage: var passage }
            ? [$"{rollout.Id} to {rollout.Version}{Part(passage)}, started by {rollout.StartedBy}"] : ["nothing"]),
        .. Layout.Under(slot.Broken is null ? "restored" : "broken", slot.ShutBecause),
        .. Layout.Under("waiting", slot.Queue.Select(queued => $"{queued.Id} to {queued.Version}").Concat(
            slot.Claims.Waiting.Select(claim => $"{claim.Passage} to {claim.Version}"))),
        .. Layout.Under("ended", slot.Recent.Reverse().Select(end =>
            $"{end.Id} to {end.Version}: {end.End}{(end.By is { } by ? $" by {by}" : "")}, "
                + Readable.Clock(end.At, now))),
    ]);

    private static string Part(PassageId? passage) => passage is null ? "" : $" as a part of {passage}";
}

/// <summary>A slot as the API tells it.</summary>
internal sealed record SlotAnswer(SlotState State);
