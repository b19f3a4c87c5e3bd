using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace OrleansRelease.Conventions.Tests;

/// <summary>A warning that is silenced says why: on its line, or in a comment right above.</summary>
public sealed partial class Silenced
{
    private static readonly string[] ProjectFiles = ["*.csproj", "*.props", "*.targets"];

    [Fact]
    public void Every_silenced_warning_says_why() => Repository.AssertNone(
        from file in Code.Files
        let lines = Repository.Lines(file)
        from node in Code.Parse(file).DescendantNodes(descendIntoTrivia: true)
        where Silences(node)
        let line = Code.LineOf(node)
        where !SaysWhy(lines, line - 1)
        select $"{file}:{line}: {lines[line - 1].Trim()}");

    [Fact]
    public void Every_warning_that_a_project_silences_says_why() => Repository.AssertNone(
        from pattern in ProjectFiles
        from file in Repository.Files(".", pattern)
        let lines = Repository.Lines(file)
        from i in Enumerable.Range(0, lines.Length)
        where lines[i].Contains("NoWarn>", StringComparison.Ordinal)
            || lines[i].Contains("WarningsNotAsErrors>", StringComparison.Ordinal)
        where i == 0 || !lines[i - 1].TrimEnd().EndsWith("-->", StringComparison.Ordinal)
        select $"{file}:{i + 1}: {lines[i].Trim()}");

    private static bool Silences(SyntaxNode node) => node switch
    {
        PragmaWarningDirectiveTriviaSyntax pragma => pragma.DisableOrRestoreKeyword.IsKind(SyntaxKind.DisableKeyword),
        NullableDirectiveTriviaSyntax nullable => nullable.SettingToken.IsKind(SyntaxKind.DisableKeyword),
        AttributeSyntax attribute => attribute.Name.ToString().Contains("SuppressMessage", StringComparison.Ordinal),
        _ => false,
    };

    private static bool SaysWhy(string[] lines, int at) =>
        Reason().IsMatch(lines[at]) || (at > 0 && CommentAlone().IsMatch(lines[at - 1]));

    [GeneratedRegex(@"//\s*\w+ \w+|Justification = ""\w+ \w+")]
    private static partial Regex Reason();

    [GeneratedRegex(@"^\s*//\s*\w+ \w+")]
    private static partial Regex CommentAlone();
}
