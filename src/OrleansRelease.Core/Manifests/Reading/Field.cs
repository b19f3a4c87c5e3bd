using OrleansRelease.Core.Manifests.Yaml;

namespace OrleansRelease.Core.Manifests.Reading;

/// <summary>
/// One value of a manifest, where it stands, and where its problems go. Readers answer null for what they reported:
/// a document with a problem yields no manifest, so nobody sees the gap.
/// </summary>
internal sealed record Field(YamlNode Node, Place KeyAt, string Path, ProblemSink Sink)
{
    /// <summary>What was written, for messages.</summary>
    public string? Written => Node switch
    {
        YamlNode.Scalar { Text: "", Plain: true } => null,
        // Only with its quotes can one see why true is not true.
        YamlNode.Scalar { Plain: false } scalar when Quoted.IsAmbiguous(scalar.Text) => $"\"{scalar.Text}\"",
        YamlNode.Scalar scalar => scalar.Text,
        YamlNode.Mapping { Entries: [] } => "{}",
        YamlNode.Mapping mapping => $"{{{mapping.Entries[0].Key}: …}}",
        YamlNode.Sequence { Items: [] } => "[]",
        YamlNode.Sequence => "[…]",
        _ => null,
    };

    /// <summary>Plain words that other readers of YAML take for "no value".</summary>
    public bool IsNothing => Node is YamlNode.Scalar { Plain: true, Text: "" or "~" or "null" or "Null" or "NULL" };

    public bool IsScalar => Node is YamlNode.Scalar && !IsNothing;

    /// <summary>The value is wrong.</summary>
    public void Report(string code, string reason, string expected)
    {
        // An empty value has no place of its own: the parser puts it where the next thing stands.
        var at = IsNothing ? KeyAt : Node.At;
        if (Node is not YamlNode.Refused) Sink.Add(code, at, Path, Written, reason, expected);
    }

    /// <summary>The field itself is wrong, whatever its value.</summary>
    public void ReportKey(string code, string reason, string expected) =>
        Sink.Add(code, KeyAt, Path, null, reason, expected);

    public Field Child(string name, YamlEntry entry) =>
        new(entry.Value, entry.At, YamlTree.Join(Path, name), Sink);

    /// <summary>The text of a single value, written in any way.</summary>
    public string? Scalar(string expected)
    {
        if (IsScalar) return ((YamlNode.Scalar)Node).Text;
        Report(
            IsNothing ? ProblemCode.MissingField : ProblemCode.WrongType,
            IsNothing ? "there is no value here" : "this must be one value", expected);
        return null;
    }

    /// <summary>The object's fields, to be taken one by one and then ended.</summary>
    public Fields? Object(string expected)
    {
        if (Node is YamlNode.Mapping mapping) return new Fields(this, mapping);
        Report(
            IsNothing ? ProblemCode.MissingField : ProblemCode.WrongType,
            IsNothing ? "there is no value here" : "this must be an object", expected);
        return null;
    }

    /// <summary>The list's items.</summary>
    public IReadOnlyList<Field>? Items(string expected)
    {
        if (Node is YamlNode.Sequence sequence)
            return [.. sequence.Items.Select((item, i) => new Field(item, item.At, $"{Path}[{i}]", Sink))];
        if (Node is YamlNode.Mapping mapping && PeerWords.Report(this, mapping)) return null;
        Report(
            IsNothing ? ProblemCode.MissingField : ProblemCode.WrongType,
            IsNothing ? "there is no value here" : "this must be a list", expected);
        return null;
    }

    /// <summary>The entries of an object whose keys are names, not words of the language.</summary>
    public IReadOnlyList<(string Key, Field Value)>? Entries(string expected)
    {
        if (Node is YamlNode.Mapping mapping)
            return [.. mapping.Entries.Select(entry => (entry.Key, Child(entry.Key, entry)))];
        Report(ProblemCode.WrongType, IsNothing ? "there is no value here" : "this must be an object", expected);
        return null;
    }
}
