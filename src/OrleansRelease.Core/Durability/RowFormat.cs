namespace OrleansRelease.Core.Durability;

/// <summary>
/// How a row is written, as its <c>schema</c> says. What the build before cannot read is a new format; it is written
/// only after the store was finalized, when no server of that build is left.
/// </summary>
public static class RowFormat
{
    public const int Oldest = 1;

    public const int Newest = 1;
}
