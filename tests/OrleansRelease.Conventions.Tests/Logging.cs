using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace OrleansRelease.Conventions.Tests;

/// <summary>What a type logs stands in a file of its own beside it, in one style.</summary>
public sealed partial class Logging
{
    [Fact]
    public void Messages_of_a_type_stand_in_its_log_file() => Repository.AssertNone(
        from message in Messages()
        let type = message.Method.FirstAncestorOrSelf<TypeDeclarationSyntax>()!.Identifier.Text
        where Path.GetFileName(message.File) != $"{type}.Log.cs"
            || !Repository.Exists(message.File.Replace(".Log.cs", ".cs", StringComparison.Ordinal))
        select $"{message}: belongs into {type}.Log.cs beside {type}.cs");

    [Fact]
    public void A_type_logs_by_its_own_logger() => Repository.AssertNone(
        from message in Messages()
        where message.Method.Modifiers.Any(SyntaxKind.StaticKeyword)
        select $"{message}: is static");

    // An id begins what is said of one thing; lists of lines are read by them.
    [Fact]
    public void Messages_begin_with_an_id_or_a_small_letter() => Repository.AssertNone(
        from message in Messages()
        where !Beginning().IsMatch(message.Text)
        select $"{message}: begins otherwise");

    [Fact]
    public void Only_named_messages_are_logged() => Repository.AssertNone(
        from file in Code.Under("src")
        from call in Code.Parse(file).DescendantNodes().OfType<MemberAccessExpressionSyntax>()
        where UnnamedCall().IsMatch(call.Name.Identifier.Text)
        select $"{file}:{Code.LineOf(call)}: {call.Name}");

    private static IEnumerable<Message> Messages() =>
        from file in Code.Under("src")
        from method in Code.Parse(file).DescendantNodes().OfType<MethodDeclarationSyntax>()
        from attribute in method.AttributeLists.SelectMany(list => list.Attributes)
        where attribute.Name.ToString() == "LoggerMessage"
        let text = attribute.DescendantNodes().OfType<LiteralExpressionSyntax>()
            .First(literal => literal.IsKind(SyntaxKind.StringLiteralExpression)).Token.ValueText
        select new Message(file, method, text);

    private sealed record Message(string File, MethodDeclarationSyntax Method, string Text)
    {
        public override string ToString() => $"{File}:{Code.LineOf(Method)}: {Method.Identifier.Text}";
    }

    [GeneratedRegex(@"\A[{a-z]")]
    private static partial Regex Beginning();

    [GeneratedRegex(@"\ALog(Trace|Debug|Information|Warning|Error|Critical)\z")]
    private static partial Regex UnnamedCall();
}
