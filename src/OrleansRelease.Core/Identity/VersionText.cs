namespace OrleansRelease.Core.Identity;

internal static class VersionText
{
    public static bool IsValid(string? text, int maxLength = 128) =>
        text is { Length: > 0 } && text.Length <= maxLength && text.Trim().Length == text.Length
        && !text.Any(char.IsControl) && !text.Any(char.IsSurrogate);
}
