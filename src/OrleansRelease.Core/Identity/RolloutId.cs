using System.Globalization;
using System.Text.Json.Serialization;
using OrleansRelease.Core.Json;

namespace OrleansRelease.Core.Identity;

/// <summary>The n-th rollout of a slot, written <c>service.environment.n</c>; n is given by the slot.</summary>
[JsonConverter(typeof(NameConverter<RolloutId>))]
public readonly record struct RolloutId(SlotKey Slot, int Number) : IName<RolloutId>
{
    public static string Shape => "SERVICE.ENVIRONMENT.NUMBER";

    public static RolloutId? Parse(string? text)
    {
        var dot = text?.LastIndexOf('.') ?? -1;
        return dot > 0
            && SlotKey.Parse(text![..dot]) is { } slot
            && int.TryParse(text[(dot + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number > 0 && text[dot + 1] != '0'
            ? new RolloutId(slot, number)
            : null;
    }

    public static RolloutId From(string? text) => NameText.From<RolloutId>(text);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Slot}.{Number}");
}
