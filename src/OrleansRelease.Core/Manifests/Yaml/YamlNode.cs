using System.Collections.Immutable;

namespace OrleansRelease.Core.Manifests.Yaml;

/// <summary>Line and column, both counted from 1.</summary>
internal readonly record struct Place(int Line, int Column);

/// <summary>A document as a tree that knows where everything stands.</summary>
internal abstract record YamlNode
{
    private YamlNode(Place at) => At = at;

    public Place At { get; }

    /// <param name="At">Where it begins.</param>
    /// <param name="Text">Its text, unquoted.</param>
    /// <param name="Plain">Written without quotes, so other readers may take it for a number or a truth value.</param>
    public sealed record Scalar(Place At, string Text, bool Plain) : YamlNode(At);

    public sealed record Mapping(Place At, ImmutableArray<YamlEntry> Entries) : YamlNode(At);

    public sealed record Sequence(Place At, ImmutableArray<YamlNode> Items) : YamlNode(At);

    /// <summary>Already answered with a problem: nobody complains about it a second time.</summary>
    public sealed record Refused(Place At) : YamlNode(At);
}

internal sealed record YamlEntry(Place At, string Key, YamlNode Value);
