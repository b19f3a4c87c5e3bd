namespace OrleansRelease.Core.Units;

/// <summary>What may be shown of a text that somebody else wrote: one line, bounded.</summary>
public static class OneLine
{
    /// <summary>In characters; a longer one ends with an ellipsis.</summary>
    public const int Most = 300;

    public static string Of(string? text)
    {
        var line = new string([.. (text ?? "").Select(c => char.IsControl(c) ? ' ' : c)]).Trim();
        if (line.Length <= Most) return line;
        // Half of a character that takes two is none.
        return line[..(char.IsHighSurrogate(line[Most - 1]) ? Most - 1 : Most)] + "…";
    }
}
