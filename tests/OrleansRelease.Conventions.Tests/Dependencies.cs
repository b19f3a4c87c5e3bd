using System.Xml.Linq;

namespace OrleansRelease.Conventions.Tests;

public sealed class Dependencies
{
    [Fact]
    public void A_project_uses_what_the_table_in_src_README_allows_and_nothing_else()
    {
        var allowed = Table();
        var findings = new List<string>();
        foreach (var file in Repository.Files("src", "*.csproj"))
        {
            var name = Short(Path.GetFileNameWithoutExtension(file));
            if (!allowed.TryGetValue(name, out var row))
            {
                findings.Add($"{file}: {name} is not in the table of src/README.md");
                continue;
            }

            var project = XDocument.Parse(Repository.Text(file));
            findings.AddRange(Includes(project, "ProjectReference")
                .Select(path => Short(Path.GetFileNameWithoutExtension(path)))
                .Except(row.Projects).Select(used => $"{file}: may not refer to project {used}"));
            findings.AddRange(Includes(project, "PackageReference").Concat(Frameworks(project))
                .Except(row.Packages).Select(used => $"{file}: may not refer to package {used}"));
        }

        Repository.AssertNone(findings);
    }

    [Fact]
    public void Every_project_of_the_table_exists() => Repository.AssertNone(
        from name in Table().Keys
        where !Repository.Exists($"src/OrleansRelease.{name}/OrleansRelease.{name}.csproj")
        select $"src/README.md: there is no project {name}");

    // One that is not would be neither built nor tested by eng/test.
    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = Repository.Text("OrleansRelease.sln").Replace('\\', '/');
        Repository.AssertNone(
            from file in Repository.Files(".", "*.csproj")
            where !solution.Contains($"\"{file.TrimStart('.', '/')}\"", StringComparison.Ordinal)
            select $"{file} is not in OrleansRelease.sln");
    }

    private static Dictionary<string, (HashSet<string> Projects, HashSet<string> Packages)> Table() =>
        Repository.Lines("src/README.md")
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .Skip(1)
            .Select(line => line.Trim('|').Split('|').Select(cell => cell.Trim()).ToArray())
            .ToDictionary(cells => cells[0], cells => (Names(cells[2]), Names(cells[3])));

    private static HashSet<string> Names(string cell) =>
        [.. cell.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    private static IEnumerable<string> Includes(XDocument project, string element) =>
        project.Descendants(element).Select(e => (string)e.Attribute("Include")!);

    // A shared framework is as much of a dependency as a package is; the web's SDK brings it without a reference.
    private static IEnumerable<string> Frameworks(XDocument project) =>
        Includes(project, "FrameworkReference").Concat(
            (string?)project.Root!.Attribute("Sdk") == "Microsoft.NET.Sdk.Web" ? ["Microsoft.AspNetCore.App"] : []);

    private static string Short(string project) => project.Replace("OrleansRelease.", "", StringComparison.Ordinal);
}
