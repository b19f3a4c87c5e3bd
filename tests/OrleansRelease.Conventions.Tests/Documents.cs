using System.Text.RegularExpressions;

namespace OrleansRelease.Conventions.Tests;

public sealed partial class Documents
{
    /// <summary>Only these tell how the system is made.</summary>
    private static readonly string[] AboutTheMachinery = ["docs/operating.md", "docs/architecture.md"];

    /// <summary>What these say to people is in quotes.</summary>
    private static readonly string[] SpeakToPeople =
    [
        "src/OrleansRelease.Cli", "src/OrleansRelease.Gateway", "src/OrleansRelease.Host", "src/OrleansRelease.Router",
        "src/OrleansRelease.Core/Explaining", "src/OrleansRelease.Core/Manifests",
    ];

    [Fact]
    public void Every_link_leads_somewhere() => Repository.AssertNone(
        from file in Markdown()
        from Match link in Link().Matches(Repository.Text(file))
        let target = link.Groups[1].Value.Split('#')[0]
        where target.Length > 0 && !target.Contains("://", StringComparison.Ordinal)
            && !target.StartsWith("mailto:", StringComparison.Ordinal)
        let path = Path.Combine(Path.GetDirectoryName(file)!, target)
        where !Repository.Exists(path)
        select $"{file}: {target} does not exist");

    [Fact]
    public void Every_path_of_the_repository_that_a_document_names_exists() => Repository.AssertNone(
        from file in Markdown()
        from Match named in NamedPath().Matches(Repository.Text(file))
        let path = named.Groups[1].Value.TrimEnd('/', '.')
        where !Repository.Exists(path)
        select $"{file}: `{path}` does not exist");

    [Fact]
    public void What_people_read_says_nothing_of_the_machinery() => Repository.AssertNone(
        from file in Markdown().Append("docs/reference/openapi.json").Except(AboutTheMachinery)
        from line in Repository.Lines(file).Select((text, i) => (Text: text, Number: i + 1))
        where Machinery().IsMatch(NameOfAProject().Replace(line.Text, ""))
        select $"{file}:{line.Number}: {line.Text.Trim()}");

    [Fact]
    public void What_programs_say_says_nothing_of_the_machinery() => Repository.AssertNone(
        from folder in SpeakToPeople
        from file in Repository.Files(folder, "*.cs")
        from line in Repository.Lines(file).Select((text, i) => (Text: text, Number: i + 1))
        from Match quoted in Quoted().Matches(line.Text)
        where Machinery().IsMatch(NameOfAProject().Replace(quoted.Value, ""))
        select $"{file}:{line.Number}: {line.Text.Trim()}");

    [Fact]
    public void Decisions_are_numbered_without_a_gap()
    {
        var numbers = Repository.Files("docs/decisions", "*.md")
            .Select(file => int.Parse(Path.GetFileName(file)[..4], System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(Enumerable.Range(1, numbers.Count()), numbers);
    }

    private static IEnumerable<string> Markdown() =>
        Repository.Files(".", "*.md").Select(file => file.TrimStart('.', '/'));

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"`((?:src|tests|eng|docs|samples|deploy|load-tests)/[A-Za-z0-9_./-]+)`")]
    private static partial Regex NamedPath();

    [GeneratedRegex(@"\b(\w*grains?|silos?)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Machinery();

    // How the parts of the source and the roles of a server are called is no secret.
    [GeneratedRegex(@"`[^`]*Grains[^`]*`|OrleansRelease\.Grains|\bGrains\b|--role [a-z|]+")]
    private static partial Regex NameOfAProject();

    [GeneratedRegex(@"""(?:[^""\\]|\\.)*""")]
    private static partial Regex Quoted();
}
