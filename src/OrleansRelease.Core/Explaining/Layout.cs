namespace OrleansRelease.Core.Explaining;

/// <summary>Where on a line texts for people stand.</summary>
public static class Layout
{
    /// <summary>The column at which what a label stands for begins.</summary>
    public const int Label = 10;

    /// <summary>Two texts at the two ends of a line.</summary>
    public static string Ends(string left, string right, int width) =>
        left + new string(' ', Math.Max(width - left.Length - right.Length, 2)) + right;

    /// <summary>Lines under one label; the label stands once.</summary>
    public static IEnumerable<string> Under(string label, IEnumerable<string> lines) =>
        lines.Select((line, i) => (i == 0 ? label : "").PadRight(Label) + line);
}
