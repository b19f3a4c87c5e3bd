namespace OrleansRelease.Core.Identity;

/// <summary>Reads names from text for callers that treat a bad text as a bug.</summary>
public static class NameText
{
    public static T From<T>(string? text)
        where T : struct, IName<T> =>
        T.Parse(text) ?? throw new FormatException($"'{text}' is not valid: it must be {T.Shape}.");
}
