namespace OrleansRelease.Core.Durability;

/// <summary>
/// The words for what is durable, in keys and columns; a grain of a kind is called by the same word. They are stored,
/// so none ever changes.
/// </summary>
public static class Kinds
{
    public const string Rollout = "rollout";

    public const string Slot = "slot";

    public const string Environment = "environment";

    public const string Manifest = "manifest";

    public const string Freeze = "freeze";

    public const string Passage = "passage";

    public const string Release = "release";

    public const string Inquiry = "inquiry";

    public static IReadOnlyList<string> All { get; } =
        [Rollout, Slot, Environment, Manifest, Freeze, Passage, Release, Inquiry];

    /// <summary>Whether its key is that of a slot.</summary>
    public static bool IsKeyedBySlot(string kind) => kind is Slot or Inquiry;
}
