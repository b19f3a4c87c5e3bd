using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Manifests.Reading;

namespace OrleansRelease.Core.Manifests.Writing;

/// <summary>Writes one value per line, so that a difference between two texts is a difference of lines.</summary>
internal static partial class YamlText
{
    private const string Step = "  ";

    public static string Write(TextNode.Map document)
    {
        var text = new StringBuilder();
        WriteMap(text, document, "", startsOnLine: true);
        return text.ToString();
    }

    /// <param name="text">What is written so far.</param>
    /// <param name="map">What to write.</param>
    /// <param name="indent">Before each line.</param>
    /// <param name="startsOnLine">False behind the dash of a list, where the first entry needs no indent.</param>
    private static void WriteMap(StringBuilder text, TextNode.Map map, string indent, bool startsOnLine)
    {
        foreach (var (key, value) in map.Entries)
        {
            if (startsOnLine) text.Append(indent);
            startsOnLine = true;
            text.Append(Quote(key)).Append(':');
            switch (value)
            {
                case TextNode.Map { Entries: [] }:
                    text.Append(" {}\n");
                    break;
                case TextNode.List { Items: [] }:
                    text.Append(" []\n");
                    break;
                case TextNode.Map inner:
                    WriteMap(text.Append('\n'), inner, indent + Step, startsOnLine: true);
                    break;
                case TextNode.List list:
                    WriteList(text.Append('\n'), list, indent + Step);
                    break;
                case TextNode.Scalar scalar:
                    WriteScalar(text.Append(' '), scalar, indent + Step);
                    break;
            }
        }
    }

    private static void WriteList(StringBuilder text, TextNode.List list, string indent)
    {
        foreach (var item in list.Items)
        {
            text.Append(indent).Append("- ");
            switch (item)
            {
                case TextNode.Map { Entries: [] }:
                    text.Append("{}\n");
                    break;
                case TextNode.Map map:
                    WriteMap(text, map, indent + Step, startsOnLine: false);
                    break;
                case TextNode.Scalar scalar:
                    WriteScalar(text, scalar, indent + Step);
                    break;
                default:
                    throw new System.Diagnostics.UnreachableException("no manifest has a list in a list");
            }
        }
    }

    private static void WriteScalar(StringBuilder text, TextNode.Scalar scalar, string indent)
    {
        var comment = scalar.Comment is null ? "" : "  # " + scalar.Comment;
        if (!scalar.IsWord && IsBlock(scalar.Text))
        {
            var body = scalar.Text.TrimEnd('\n');
            text.Append(scalar.Text.EndsWith('\n') ? "|" : "|-").Append(comment).Append('\n');
            foreach (var line in body.Split('\n'))
                text.Append(line.Length == 0 ? "" : indent).Append(line).Append('\n');
            return;
        }

        text.Append(scalar.IsWord ? scalar.Text : Quote(scalar.Text)).Append(comment).Append('\n');
    }

    private static string Quote(string text) =>
        Plain().IsMatch(text) && !Quoted.IsAmbiguous(text) ? text : JsonSerializer.Serialize(text, Vocabulary.Options);

    [GeneratedRegex(@"\A[A-Za-z0-9/]([-A-Za-z0-9_./@%+:]*[-A-Za-z0-9_./@%+])?\z")]
    private static partial Regex Plain();

    // Several lines that a literal block keeps exactly: no indent of its own in front, one line break at most behind.
    private static bool IsBlock(string text) =>
        text.Contains('\n', StringComparison.Ordinal) && !char.IsWhiteSpace(text[0])
        && !text.EndsWith("\n\n", StringComparison.Ordinal)
        && !text.Any(c => c != '\n' && (char.IsControl(c) || char.IsSurrogate(c) || c > '~'));
}
