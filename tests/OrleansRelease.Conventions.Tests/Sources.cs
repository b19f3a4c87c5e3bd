using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
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

    private static readonly string[] AllFolders = ["src", "tests", "load-tests"];

    [Fact]
    public void Files_and_lines_are_short() => Repository.AssertNone(
        from file in AllFiles()
        let lines = Repository.Lines(file)
        let limit = file.StartsWith("src/", StringComparison.Ordinal) ? MaxSourceLines : MaxTestLines
        from finding in lines
            .Select((line, i) => line.Length > MaxLineLength ? $"{file}:{i + 1}: {line.Length} characters" : null)
            .Append(lines.Length > limit ? $"{file}: {lines.Length} lines" : null)
        where finding is not null
        select finding);

    [Fact]
    public void Functions_are_short() => Repository.AssertNone(
        from file in AllFiles()
        from function in Parse(file).DescendantNodes().OfType<BaseMethodDeclarationSyntax>()
        let lines = LinesOf(function)
        where lines > MaxFunctionLines
        select $"{file}:{LineOf(function)}: a function of {lines} lines");

    [Fact]
    public void A_namespace_is_its_folder() => Repository.AssertNone(
        from file in AllFiles()
        let declared = Parse(file).DescendantNodes().OfType<BaseNamespaceDeclarationSyntax>().FirstOrDefault()
        where declared is not null
        let expected = string.Join('.', Path.GetDirectoryName(file)!.Replace('\\', '/').Split('/').Skip(1))
        where declared.Name.ToString() != expected
        select $"{file}: namespace {declared.Name}, its folder says {expected}");

    [Fact]
    public void No_type_has_a_name_that_says_nothing() => Repository.AssertNone(
        from file in AllFiles()
        from type in Parse(file).DescendantNodes().OfType<BaseTypeDeclarationSyntax>()
        let name = type.Identifier.Text
        where EmptyWords.Append("Service").Any(word => name.EndsWith(word, StringComparison.Ordinal))
        where !Spoken.Contains(name)
        select $"{file}:{LineOf(type)}: {name}");

    [Fact]
    public void Nothing_is_left_for_later() => Repository.AssertNone(
        from file in AllFiles()
        where file != "tests/OrleansRelease.Conventions.Tests/Sources.cs"
        from finding in Found(
            file, "NotImplementedException", "TODO", "FIXME", "HACK", "Assert.True(true)", "Skip = \"")
        select finding);

    [Fact]
    public void Tests_wait_for_conditions_and_never_sleep() => Repository.AssertNone(
        from file in Repository.Files("tests", "*.cs")
        where file != "tests/OrleansRelease.Conventions.Tests/Sources.cs"
        from finding in Found(file, "Thread.Sleep(", "Task.Delay(")
        select finding);

    [Fact]
    public void Only_shells_read_a_clock() => Repository.AssertNone(
        from project in new[] { "Core", "Contracts", "Ports", "Grains", "Gateway", "Storage" }
        from file in Repository.Files($"src/OrleansRelease.{project}", "*.cs")
        from finding in Found(file, "DateTime.Now", "DateTime.UtcNow", "DateTimeOffset.Now", "DateTimeOffset.UtcNow")
        select finding);

    [Fact]
    public void Nothing_blocks_on_a_task() => Repository.AssertNone(
        from file in Repository.Files("src", "*.cs")
        from node in Parse(file).DescendantNodes().OfType<InvocationExpressionSyntax>()
        where node.Expression is MemberAccessExpressionSyntax { Name.Identifier.Text: "GetResult" or "Wait" } member
            && member.ToString().EndsWith("GetAwaiter().GetResult", StringComparison.Ordinal)
        select $"{file}:{LineOf(node)}: {node}");

    private static IEnumerable<string> AllFiles() => AllFolders.SelectMany(folder => Repository.Files(folder, "*.cs"));

    private static IEnumerable<string> Found(string file, params string[] texts) =>
        Repository.Lines(file)
            .SelectMany((line, i) => texts
                .Where(text => line.Contains(text, StringComparison.Ordinal))
                .Select(text => $"{file}:{i + 1}: {text}"));

    private static SyntaxNode Parse(string file) => CSharpSyntaxTree.ParseText(Repository.Text(file)).GetRoot();

    private static int LineOf(SyntaxNode node) => node.GetLocation().GetLineSpan().StartLinePosition.Line + 1;

    private static int LinesOf(SyntaxNode node)
    {
        var span = node.GetLocation().GetLineSpan();
        return span.EndLinePosition.Line - span.StartLinePosition.Line + 1;
    }
}
