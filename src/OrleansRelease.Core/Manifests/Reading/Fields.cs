using OrleansRelease.Core.Manifests.Yaml;

namespace OrleansRelease.Core.Manifests.Reading;

/// <summary>
/// The fields of one object. Whoever reads takes every field it knows; <see cref="End"/> answers what is left, so a
/// word can neither be forgotten nor ignored.
/// </summary>
internal sealed class Fields(Field self, YamlNode.Mapping mapping)
{
    private readonly Dictionary<string, YamlEntry> _left =
        mapping.Entries.ToDictionary(entry => entry.Key, StringComparer.Ordinal);

    private readonly List<string> _known = [];

    private (string[] Names, string Expected)? _missing;

    public Field? Take(string name)
    {
        _known.Add(name);
        return _left.Remove(name, out var entry) ? self.Child(name, entry) : null;
    }

    /// <summary>A field that must be there.</summary>
    public Field? Need(string name, string expected)
    {
        var field = Take(name);
        if (field is null)
        {
            self.Sink.Add(ProblemCode.MissingField, self.Node.At, YamlTree.Join(self.Path, name), null,
                $"{name} is missing", expected);
        }

        return field;
    }

    /// <summary>Words of the language that this version does not carry out yet.</summary>
    public Fields NotYet(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (_left.Remove(name, out var entry)) ReportNotYet(self.Child(name, entry), "the manifest without it");
        }

        return this;
    }

    /// <summary>A word of the language that means nothing beside what else stands here.</summary>
    public void Refuse(string name, string reason, string expected)
    {
        if (_left.Remove(name, out var entry))
            self.Child(name, entry).ReportKey(ProblemCode.Conflict, reason, expected);
    }

    /// <summary>The one of these words that stands here, and its field; none or several are a problem.</summary>
    public (string Name, Field Field)? OneOf(string[] names, string[] notYet, string expected)
    {
        var present = new List<(string Name, Field Field)>();
        foreach (var name in names)
        {
            if (Take(name) is { } field) present.Add((name, field));
        }

        foreach (var name in notYet)
        {
            if (!_left.Remove(name, out var entry)) continue;
            ReportNotYet(self.Child(name, entry), expected);
            if (present.Count == 0) return null;
        }

        if (present.Count == 1) return present[0];
        if (present.Count == 0) _missing = (names, expected);
        foreach (var (name, field) in present.Skip(1))
            field.ReportKey(ProblemCode.OneOf, $"{name} beside {present[0].Name}: only one of them can be", expected);
        return null;
    }

    /// <summary>Answers every field that nobody took.</summary>
    public void End()
    {
        foreach (var (name, entry) in _left)
            PeerWords.ReportUnknown(self.Child(name, entry), name, _known);
        // Beside an unknown word a missing one is the same mistake, said twice.
        if (_left.Count > 0 || _missing is not var (names, expected)) return;
        self.Report(ProblemCode.OneOf, "one of these fields is needed: " + string.Join(", ", names), expected);
    }

    internal static void ReportNotYet(Field field, string expected) => field.ReportKey(
        ProblemCode.NotYetSupported, "this is a known field that is not yet supported by this version", expected);
}
