using System.Text.RegularExpressions;

namespace OrleansRelease.Conventions.Tests;

public sealed partial class Documents
{
    private static readonly string[] ReadByServiceTeams =
        ["README.md", "CHANGELOG.md", "docs/tour.md", "docs/reference/api.md", "docs/reference/cli.md"];

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
    public void What_service_teams_read_says_nothing_of_the_machinery() => Repository.AssertNone(
        from file in ReadByServiceTeams
        where Repository.Exists(file)
        from line in Repository.Lines(file).Select((text, i) => (Text: text, Number: i + 1))
        where Machinery().IsMatch(line.Text)
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

    [GeneratedRegex(@"\b(grains?|silos?)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Machinery();
}
