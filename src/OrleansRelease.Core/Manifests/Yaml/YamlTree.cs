using System.Collections.Immutable;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using TagDirective = YamlDotNet.Core.Tokens.TagDirective;

namespace OrleansRelease.Core.Manifests.Yaml;

/// <summary>One document; it is clean when nothing in it had to be refused.</summary>
internal sealed record YamlDocument(YamlNode Node, bool IsClean);

/// <summary>
/// Reads a file into trees from the parser's events, refusing whatever a manifest has no use for: what remains is
/// mappings, sequences and texts, bounded in depth and number.
/// </summary>
internal sealed class YamlTree
{
    private readonly Parser _parser;
    private readonly Place _end;
    private readonly ProblemSink _sink;
    private int _nodes;
    private bool _stopped;

    private YamlTree(string yaml, Place end, ProblemSink sink)
    {
        _parser = new Parser(new StringReader(yaml));
        _end = end;
        _sink = sink;
    }

    /// <summary>The documents up to the first place that cannot be parsed.</summary>
    public static ImmutableArray<YamlDocument> Read(string yaml, ProblemSink sink)
    {
        if (Characters.EndOf(yaml, sink) is not { } end) return [];
        var documents = ImmutableArray.CreateBuilder<YamlDocument>();
        var tree = new YamlTree(yaml, end, sink);
        try
        {
            tree.ReadDocuments(documents);
        }
        catch (YamlException e)
        {
            tree.ReportSyntax(e.Start, e.Message);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException)
        {
            // The scanner leaves its own rules on some texts that are no YAML; to whoever wrote them it is the same.
            tree.ReportSyntax(Mark.Empty, "brackets or quotes are not closed");
        }

        return documents.ToImmutable();
    }

    private void ReportSyntax(Mark start, string message)
    {
        // Some messages name the beginning of everything: what was understood last is nearer.
        var understood = _parser.Current?.End ?? Mark.Empty;
        var at = start.CompareTo(understood) > 0 ? start : understood;
        _sink.Add(ProblemCode.Syntax, PlaceOf(at), "", null, Shown.Of("this is not YAML: " + message),
            message.Contains("tab", StringComparison.Ordinal)
                ? "spaces in front of a line, never tabs"
                : "YAML 1.2: see to indentation, quotes and brackets from here on");
    }

    private void ReadDocuments(ImmutableArray<YamlDocument>.Builder documents)
    {
        while (!_stopped && _parser.MoveNext())
        {
            if (_parser.Current is not DocumentStart start) continue;
            if (documents.Count == YamlLimits.MaxDocuments)
            {
                Stop(start, $"there are more than {YamlLimits.MaxDocuments} documents", "fewer documents in one file");
                return;
            }

            var before = _sink.Count;
            if (start.Version is not null || start.Tags?.Any(tag => !IsDefault(tag)) == true)
                Refuse(start, "", "directives are not allowed", "the document without lines that begin with %");
            _parser.MoveNext();
            var node = ReadNode("", 1);
            // Of a document that was not read to its end, nobody can say what is missing.
            if (!_stopped) documents.Add(new YamlDocument(node, _sink.Count == before));
        }
    }

    private YamlNode ReadNode(string path, int depth)
    {
        var current = _parser.Current!;
        var at = PlaceOf(current.Start);
        if (++_nodes > YamlLimits.MaxNodes)
            return Stop(current, $"the file has more than {YamlLimits.MaxNodes} values", "smaller files");
        if (depth > YamlLimits.MaxDepth && current is (MappingStart or SequenceStart))
            return Stop(current, $"values are nested more than {YamlLimits.MaxDepth} deep", "a flatter manifest");
        if (current is NodeEvent node) CheckProperties(node, path);
        switch (current)
        {
            case Scalar scalar:
                return new YamlNode.Scalar(at, scalar.Value, scalar.Style == ScalarStyle.Plain);
            case SequenceStart:
                return ReadSequence(at, path, depth);
            case MappingStart:
                return ReadMapping(at, path, depth);
            default:
                Refuse(current, path, "aliases are not allowed", "the value itself");
                return new YamlNode.Refused(at);
        }
    }

    private void CheckProperties(NodeEvent node, string path)
    {
        if (!node.Anchor.IsEmpty)
        {
            Refuse(node, path, $"anchors are not allowed (&{node.Anchor.Value})",
                "the value itself, wherever it is needed");
        }

        if (!node.Tag.IsEmpty)
            Refuse(node, path, $"tags are not allowed ({node.Tag.Value})", "the value without its tag");
    }

    private YamlNode.Sequence ReadSequence(Place at, string path, int depth)
    {
        var items = ImmutableArray.CreateBuilder<YamlNode>();
        while (!_stopped && _parser.MoveNext() && _parser.Current is not SequenceEnd)
            items.Add(ReadNode($"{path}[{items.Count}]", depth + 1));
        return new YamlNode.Sequence(at, items.ToImmutable());
    }

    private YamlNode.Mapping ReadMapping(Place at, string path, int depth)
    {
        var entries = ImmutableArray.CreateBuilder<YamlEntry>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (!_stopped && _parser.MoveNext() && _parser.Current is not MappingEnd)
        {
            var start = _parser.Current!;
            var key = ReadKey(path, depth);
            if (_stopped || !_parser.MoveNext()) break;
            var value = ReadNode(key is null ? path : Join(path, key), depth + 1);
            if (key is null) continue;
            if (seen.Add(key))
            {
                entries.Add(new YamlEntry(PlaceOf(start.Start), key, value));
            }
            else
            {
                _sink.Add(ProblemCode.DuplicateKey, PlaceOf(start.Start), Join(path, key), key,
                    "this key stands here twice", "each key once");
            }
        }

        return new YamlNode.Mapping(at, entries.ToImmutable());
    }

    /// <summary>The key's text, or null when it was answered with a problem.</summary>
    private string? ReadKey(string path, int depth)
    {
        var start = _parser.Current!;
        var node = ReadNode(path, depth + 1);
        if (_stopped || node is YamlNode.Refused) return null;
        if (node is not YamlNode.Scalar scalar || start.End.Line != start.Start.Line
            || scalar.Text.Length > YamlLimits.MaxKeyLength || scalar.Text.Contains('\n', StringComparison.Ordinal))
        {
            Refuse(start, path, "a key must be one short text on one line", "key: value");
            return null;
        }

        if (scalar is not { Text: "<<", Plain: true }) return scalar.Text;
        Refuse(start, path, "merge keys are not allowed", "the fields themselves");
        return null;
    }

    private YamlNode.Refused Stop(ParsingEvent at, string reason, string expected)
    {
        _stopped = true;
        _sink.Add(ProblemCode.TooLarge, PlaceOf(at.Start), "", null, reason, expected);
        return new YamlNode.Refused(PlaceOf(at.Start));
    }

    private void Refuse(ParsingEvent at, string path, string reason, string expected) =>
        _sink.Add(ProblemCode.NotAllowed, PlaceOf(at.Start), path, null, reason, expected);

    internal static string Join(string path, string key) =>
        path.Length == 0 ? Shown.Of(key) : $"{path}.{Shown.Of(key)}";

    // The parser adds the two that every document has.
    private static bool IsDefault(TagDirective tag) =>
        (tag.Handle, tag.Prefix) is ("!", "!") or ("!!", "tag:yaml.org,2002:");

    // The parser puts what is missing at the end one line behind the last one.
    private Place PlaceOf(Mark mark) => mark.Line > _end.Line || (mark.Line == _end.Line && mark.Column > _end.Column)
        ? _end
        : new Place((int)Math.Max(mark.Line, 1), (int)Math.Max(mark.Column, 1));
}
