namespace OrleansRelease.Core.Slots;

/// <summary>Whether a slot is being moved, in one word.</summary>
public enum SlotPhase
{
    Free,
    Leased,
}
