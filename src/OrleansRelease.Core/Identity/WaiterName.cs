using System.Text.Json.Serialization;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Json;

namespace OrleansRelease.Core.Identity;

/// <summary>
/// Who waits for a version of a slot: another slot, or a passage. The two are told apart by how they are written: a
/// slot has one dot in its name, a passage two or more.
/// </summary>
[JsonConverter(typeof(NameConverter<WaiterName>))]
public readonly record struct WaiterName : IName<WaiterName>
{
    private readonly string? _key;

    private WaiterName(string key) => _key = key;

    public static string Shape => $"{SlotKey.Shape} or {PassageId.Shape}";

    /// <summary>What kind of thing it is, and so the stream that rings it.</summary>
    public string Kind => SlotKey.Parse(_key) is null ? Kinds.Passage : Kinds.Slot;

    public static WaiterName? Parse(string? text) =>
        SlotKey.Parse(text) is not null || PassageId.Parse(text) is not null ? new WaiterName(text!) : null;

    public static WaiterName From(string? text) => NameText.From<WaiterName>(text);

    public static implicit operator WaiterName(SlotKey slot) => new($"{slot}");

    public static implicit operator WaiterName(PassageId passage) => new($"{passage}");

    public override string ToString() => _key ?? "";
}
