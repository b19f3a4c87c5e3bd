using System.Collections.Immutable;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.PromQl;
using OrleansRelease.Core.Trails;

namespace OrleansRelease.Core.Manifests.Resolving;

/// <summary>What queries of a source are written in.</summary>
internal enum QueryLanguage
{
    /// <summary>Addresses, relative to the source's: every value is one piece of one.</summary>
    Address,

    PromQl,
}

/// <summary>
/// Fills the slot's names into queries, addresses and commands. Without a version, for showing what is effective,
/// everything is left as it was written.
/// </summary>
internal sealed record Fill(string Service, string Environment, VersionName? Version, FilledFor For = FilledFor.Judging)
{
    /// <summary>An address: every value is one piece of it, so nothing in a value can end that piece.</summary>
    public string Address(string text) => Template.Fill(text, Slot, Uri.EscapeDataString);

    /// <summary>
    /// A query in its source's language, or why it cannot be one. The window's own words stay for whoever asks: only
    /// then is the window known. A version that spells a placeholder is escaped, so it is not taken for one.
    /// </summary>
    public (string? Query, string? Problem) Query(
        string text, QueryLanguage language, ImmutableSortedDictionary<string, string> args)
    {
        if (Version is null && For == FilledFor.Judging) return (text, null);
        if (language == QueryLanguage.Address && For != FilledFor.Rules)
            return (Template.Fill(text, ValueOf, Uri.EscapeDataString), null);
        var (query, problem) = QueryTemplate.Fill(text, ValueOf);
        // What no template says may still come of what is filled in.
        return query is not null && MadeUpNumbers.In(query) is { } word
            ? (null, $"or {word}() turns a misspelt metric into success")
            : (query, problem);

        string? ValueOf(string name) => name.StartsWith("args.", StringComparison.Ordinal)
            ? Template.Fill(args[name["args.".Length..]], Slot, value => value)
            : Slot(name);
    }

    /// <summary>An address that people open; or why it cannot be made for this version.</summary>
    public (string? Link, string? Problem) Link(string text) =>
        Version is null ? (text, null) : LinkTemplate.Fill(text, Slot);

    /// <summary>A query for traces, of which it was known when it was read that every value can stand in it.</summary>
    public string Traces(string text) => Version is null ? text : TraceQuery.Fill(text, Slot).Query!;

    /// <summary>
    /// One part of a command, which no shell reads. Version and port stay for the target: the same command starts
    /// the version that a rollout goes back to.
    /// </summary>
    public string Argument(string text) =>
        Template.Fill(text, name => name == "version" ? null : Slot(name), value => value);

    private string? Slot(string name) => name switch
    {
        "service" => Service,
        "environment" => Environment,
        "version" => For == FilledFor.Judging ? Version?.ToString() : null,
        _ => null,
    };
}

/// <summary>What queries are filled in for.</summary>
internal enum FilledFor
{
    /// <summary>To judge one version.</summary>
    Judging,

    /// <summary>To measure an objective: the version stays for whoever asks, of one version or of several.</summary>
    AnyVersion,

    /// <summary>For rules of Prometheus, whatever the source is; the version stays too.</summary>
    Rules,
}
