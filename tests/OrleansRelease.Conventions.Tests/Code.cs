using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace OrleansRelease.Conventions.Tests;

/// <summary>The C# of this repository, as text and as syntax.</summary>
internal static class Code
{
    private static readonly string[] Folders = ["src", "tests", "load-tests"];

    public static IEnumerable<string> Files => Folders.SelectMany(Under);

    public static IEnumerable<string> Under(string folder) => Repository.Files(folder, "*.cs");

    public static SyntaxNode Parse(string file) => CSharpSyntaxTree.ParseText(Repository.Text(file)).GetRoot();

    public static int LineOf(SyntaxNode node) => node.GetLocation().GetLineSpan().StartLinePosition.Line + 1;

    public static int LinesOf(SyntaxNode node) =>
        node.GetLocation().GetLineSpan().EndLinePosition.Line + 2 - LineOf(node);

    public static IEnumerable<string> Found(string file, params string[] texts) =>
        Repository.Lines(file)
            .SelectMany((line, i) => texts
                .Where(text => line.Contains(text, StringComparison.Ordinal))
                .Select(text => $"{file}:{i + 1}: {text}"));
}
