using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Releases;

/// <summary>
/// Whether, after a way back, the criteria of what is there again have held: as long as they were to, or
/// <see cref="Covered"/> of it. <see cref="Note"/> is why not, or what was last wrong.
/// </summary>
public sealed record Stability(bool Holds, TimeSpan Covered, string? Note = null)
{
    /// <summary>One sentence without a full stop, for people.</summary>
    public string Text(TimeSpan wanted) => Holds
        ? $"its criteria hold again, measured for {Duration.Format(Covered)}"
        : $"its criteria were not seen to hold again ({Duration.Format(Covered)} of {Duration.Format(wanted)})"
            + (Note is null ? "" : $": {Note}");
}
