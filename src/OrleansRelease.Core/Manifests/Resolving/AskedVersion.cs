using System.Collections.Immutable;

namespace OrleansRelease.Core.Manifests.Resolving;

/// <summary>Where a query, as it is written in a template, says of which version it asks.</summary>
internal static class AskedVersion
{
    private const string Word = "version";
    private const string Argument = "args.";

    public static bool IsIn(string query, IReadOnlyDictionary<string, string> args) =>
        Template.Names(query).Contains(Word) || IsInArgument(query, args);

    /// <summary>It stands in the value of an argument that the query uses.</summary>
    public static bool IsInArgument(string query, IReadOnlyDictionary<string, string> args) =>
        Template.Names(query).Any(name => name?.StartsWith(Argument, StringComparison.Ordinal) == true
            && args.TryGetValue(name[Argument.Length..], out var value)
            && Template.Names(value).Contains(Word));
}
