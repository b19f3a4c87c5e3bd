namespace OrleansRelease.Core.Manifests.Yaml;

/// <summary>What bounds the reading of one file.</summary>
public static class YamlLimits
{
    public const int MaxCharacters = 1_048_576;

    public const int MaxDepth = 32;

    public const int MaxNodes = 20_000;

    public const int MaxDocuments = 100;

    public const int MaxKeyLength = 256;

    public const int MaxProblems = 200;

    /// <summary>How much of a wrong value is shown.</summary>
    public const int MaxShown = 100;
}
