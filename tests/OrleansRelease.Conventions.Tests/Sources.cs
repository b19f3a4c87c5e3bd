using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace OrleansRelease.Conventions.Tests;

public sealed class Sources
{
    private const int MaxLineLength = 120;
    private const int MaxFunctionLines = 60;
    private const int MaxSourceLines = 300;
    private const int MaxTestLines = 400;

    private static readonly string[] EmptyWords =
        ["Manager", "Helper", "Helpers", "Util", "Utils", "Common", "Base", "Impl", "Info", "Data", "Misc"];

    // NoData is a verdict of the vocabulary, and a sample service is what it says.
    private static readonly string[] Spoken = ["NoData", "SampleService"];

    [Fact]
    public void Files_and_lines_are_short() => Repository.AssertNone(
        from file in Code.Files
        let lines = Repository.Lines(file)
        let limit = file.StartsWith("src/", StringComparison.Ordinal) ? MaxSourceLines : MaxTestLines
        from finding in lines
            .Select((line, i) => line.Length > MaxLineLength ? $"{file}:{i + 1}: {line.Length} characters" : null)
            .Append(lines.Length > limit ? $"{file}: {lines.Length} lines" : null)
        where finding is not null
        select finding);

    [Fact]
    public void Functions_are_short() => Repository.AssertNone(
        from file in Code.Files
        from function in Code.Parse(file).DescendantNodes()
        where function is BaseMethodDeclarationSyntax or AccessorDeclarationSyntax
        let lines = Code.LinesOf(function)
        where lines > MaxFunctionLines
        select $"{file}:{Code.LineOf(function)}: a function of {lines} lines");

    [Fact]
    public void A_namespace_is_its_folder() => Repository.AssertNone(
        from file in Code.Files
        let expected = string.Join('.', Path.GetDirectoryName(file)!.Replace('\\', '/').Split('/').Skip(1))
        from type in Code.Parse(file).DescendantNodes().OfType<MemberDeclarationSyntax>()
        where type is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax
        let declared = string.Join(
            '.', type.Ancestors().OfType<BaseNamespaceDeclarationSyntax>().Reverse().Select(space => space.Name))
        where declared != expected
        select $"{file}:{Code.LineOf(type)}: namespace '{declared}', its folder says {expected}");

    [Fact]
    public void No_folder_has_a_name_that_says_nothing() => Repository.AssertNone(
        from folder in Code.Files.Select(file => Path.GetDirectoryName(file)!).Distinct()
        from name in folder.Split('/', '\\')
        where EmptyWords.Append("Service").Contains(name)
        select $"{folder}: {name}");

    [Fact]
    public void No_type_has_a_name_that_says_nothing() => Repository.AssertNone(
        from file in Code.Files
        from type in Code.Parse(file).DescendantNodes().OfType<BaseTypeDeclarationSyntax>()
        let name = type.Identifier.Text
        where EmptyWords.Append("Service").Any(word => name.EndsWith(word, StringComparison.Ordinal))
        where !Spoken.Contains(name)
        select $"{file}:{Code.LineOf(type)}: {name}");

    [Fact]
    public void Nothing_is_left_for_later() => Repository.AssertNone(
        from file in Code.Files
        where file != "tests/OrleansRelease.Conventions.Tests/Sources.cs"
        from finding in Code.Found(
            file, "NotImplementedException", "TODO", "FIXME", "HACK", "Assert.True(true)", "Skip = \"")
        select finding);

    [Fact]
    public void Only_a_time_provider_tells_the_time() => Repository.AssertNone(
        from file in Code.Under("src")
        from finding in Code.Found(
            file, "DateTime.Now", "DateTime.UtcNow", "DateTimeOffset.Now", "DateTimeOffset.UtcNow", "Stopwatch.",
            "Environment.TickCount")
        select finding);
}
