using System.Collections.Immutable;

namespace OrleansRelease.Core.Manifests.Writing;

/// <summary>Text to be written as YAML, in the order in which it should be read.</summary>
internal abstract record TextNode
{
    private TextNode()
    {
    }

    /// <param name="Text">What the reader shall read back.</param>
    /// <param name="IsWord">A number, a truth value or an empty object: written as it stands, never quoted.</param>
    /// <param name="Comment">Written behind it.</param>
    public sealed record Scalar(string Text, bool IsWord = false, string? Comment = null) : TextNode;

    public sealed record Map(ImmutableArray<(string Key, TextNode Value)> Entries) : TextNode;

    public sealed record List(ImmutableArray<TextNode> Items) : TextNode;
}

/// <summary>Collects the entries of an object; what was not said is not written.</summary>
internal sealed class MapBuilder
{
    private readonly ImmutableArray<(string Key, TextNode Value)>.Builder _entries =
        ImmutableArray.CreateBuilder<(string, TextNode)>();

    public MapBuilder Add(string key, TextNode? value)
    {
        if (value is not null) _entries.Add((key, value));
        return this;
    }

    public MapBuilder Add(string key, string? text) => Add(key, text is null ? null : new TextNode.Scalar(text));

    public MapBuilder Add(string key, TimeSpan? duration) =>
        Add(key, duration is { } said ? Units.Duration.Format(said) : null);

    public MapBuilder Add(string key, int? number) => Add(
        key, number is { } said
            ? new TextNode.Scalar(said.ToString(System.Globalization.CultureInfo.InvariantCulture), IsWord: true)
            : null);

    public MapBuilder Add(string key, bool? flag) =>
        Add(key, flag is { } said ? new TextNode.Scalar(said ? "true" : "false", IsWord: true) : null);

    public MapBuilder AddList<T>(string key, ImmutableArray<T>? items, Func<T, TextNode> show) =>
        Add(key, items is { } said ? new TextNode.List([.. said.Select(show)]) : null);

    public MapBuilder AddMap<T>(string key, ImmutableSortedDictionary<string, T>? items, Func<T, TextNode> show) =>
        Add(key, items is null ? null : new TextNode.Map([.. items.Select(item => (item.Key, show(item.Value)))]));

    public TextNode.Map ToMap() => new(_entries.ToImmutable());
}
