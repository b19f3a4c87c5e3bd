namespace OrleansRelease.Core.Manifests.Yaml;

/// <summary>What may not stand in a file at all, before anything is parsed.</summary>
internal static class Characters
{
    /// <summary>The file's end, or null when it must not be parsed: the first wrong character is reported.</summary>
    public static Place? EndOf(string yaml, ProblemSink sink)
    {
        if (yaml.Length > YamlLimits.MaxCharacters)
        {
            sink.Add(ProblemCode.TooLarge, new Place(1, 1), "", null,
                $"the file has {yaml.Length} characters, {YamlLimits.MaxCharacters} are read at most",
                "smaller files");
            return null;
        }

        var (line, column) = (1, 1);
        for (var i = 0; i < yaml.Length; i++)
        {
            var c = yaml[i];
            if (!IsAllowed(yaml, i))
            {
                sink.Add(ProblemCode.NotAllowed, new Place(line, column), "", $"U+{(int)c:X4}",
                    "this character is not allowed in a manifest", "printable text only");
                return null;
            }

            var endsLine = c == '\n' || (c == '\r' && (i + 1 == yaml.Length || yaml[i + 1] != '\n'));
            (line, column) = endsLine ? (line + 1, 1) : (line, column + 1);
        }

        return new Place(line, column);
    }

    private static bool IsAllowed(string yaml, int index)
    {
        var c = yaml[index];
        if (c is >= ' ' and <= '~' or '\n' or '\t') return true;
        if (char.IsHighSurrogate(c)) return index + 1 < yaml.Length && char.IsLowSurrogate(yaml[index + 1]);
        if (char.IsLowSurrogate(c)) return index > 0 && char.IsHighSurrogate(yaml[index - 1]);
        if (c == '\uFEFF') return index == 0;
        // Invisible line breaks move every position after them; direction marks make text read as what it is not.
        return c == '\r'
            || (!char.IsControl(c) && c is not ('\u2028' or '\u2029' or '\uFFFE' or '\uFFFF')
                && c is not (>= '\u202A' and <= '\u202E') && c is not (>= '\u2066' and <= '\u2069'));
    }
}
