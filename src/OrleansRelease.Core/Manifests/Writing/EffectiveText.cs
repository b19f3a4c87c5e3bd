using System.Text.RegularExpressions;
using OrleansRelease.Core.Manifests.Reading;

namespace OrleansRelease.Core.Manifests.Writing;

/// <summary>Makes of paths and values the nested text that a manifest would be.</summary>
internal static partial class EffectiveText
{
    public static string Write(EffectiveView view) =>
        YamlText.Write((TextNode.Map)Node([.. view.Values.Select(value => (Segments(value.Path), value))], 0));

    private static TextNode Node(IReadOnlyList<(string[] Path, EffectiveValue Value)> values, int depth)
    {
        if (values is [var (path, only)] && path.Length == depth) return Leaf(only);
        var groups = values.GroupBy(value => value.Path[depth])
            .Select(group => (group.Key, Node([.. group], depth + 1)));
        return values[0].Path[depth].StartsWith('[')
            ? new TextNode.List([.. groups.Select(group => group.Item2)])
            : new TextNode.Map([.. groups]);
    }

    private static TextNode.Scalar Leaf(EffectiveValue value) =>
        new(value.Value, Quoted.IsAmbiguous(value.Value) || value.Value == "{}", value.Origin);

    private static string[] Segments(string path) => [.. Segment().Matches(path).Select(match => match.Value)];

    [GeneratedRegex(@"\[[0-9]+\]|[^.\[]+")]
    private static partial Regex Segment();
}
