using System.Text.RegularExpressions;

namespace OrleansRelease.Conventions.Tests;

public sealed partial class Settings
{
    [Fact]
    public void NuGet_config_names_no_source() =>
        Assert.DoesNotContain("packageSources", Repository.Text("NuGet.config"), StringComparison.OrdinalIgnoreCase);

    [Fact]
    public void Lock_files_name_no_address() => Repository.AssertNone(
        from file in Repository.Files(".", "packages.lock.json")
        where Repository.Text(file).Contains("://", StringComparison.Ordinal)
        select $"{file} holds an address");

    [Fact]
    public void Every_project_has_its_lock_file() => Repository.AssertNone(
        from file in Repository.Files(".", "*.csproj")
        let locked = Path.Combine(Path.GetDirectoryName(file)!, "packages.lock.json")
        where !Repository.Exists(locked)
        select $"{locked} is missing");

    [Fact]
    public void Only_the_central_file_holds_package_versions() => Repository.AssertNone(
        from file in Repository.Files(".", "*.csproj")
        where PackageVersion().IsMatch(Repository.Text(file))
        select $"{file} holds a package version");

    [Fact]
    public void Every_rule_that_is_off_says_why()
    {
        var lines = Repository.Lines(".editorconfig");
        Repository.AssertNone(
            from i in Enumerable.Range(0, lines.Length)
            where lines[i].EndsWith("= none", StringComparison.Ordinal)
                && !lines[i - 1].TrimStart().StartsWith('#')
                && !lines[i - 1].EndsWith("= none", StringComparison.Ordinal)
            select $".editorconfig:{i + 1}: {lines[i]}");
    }

    [GeneratedRegex(@"<PackageReference[^>]*\sVersion=")]
    private static partial Regex PackageVersion();
}
