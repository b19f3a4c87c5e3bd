using OrleansRelease.Contracts;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Gateway.Requests;

/// <summary>What a query may say; the first thing that is wrong with it is told.</summary>
internal static class Queries
{
    /// <summary>What is wrong with a name that need not be there.</summary>
    public static Refusal? Wrong<T>(string what, string? text)
        where T : struct, IName<T> =>
        text is null || T.Parse(text) is not null ? null : Wrong(what, text, T.Shape);

    public static Refusal Wrong(string what, string text, string accepted) =>
        new(Problems.BadQuery, $"{what} '{Answers.Shown(text)}' is not possible", accepted);
}

/// <summary>Which rows of one kind are asked for; what is null does not matter.</summary>
internal sealed record RowSearch(string? Service, string? Environment, string? Phase, string? After, int? Limit)
{
    private const int MaxCursor = 200;

    public Answer<RowFilter> Read(string kind, IReadOnlyCollection<string> phases)
    {
        var wrong = Queries.Wrong<ServiceName>("service", Service)
            ?? Queries.Wrong<EnvironmentName>("environment", Environment)
            ?? (Phase is null || phases.Contains(Phase)
                ? null
                : Queries.Wrong("phase", Phase, string.Join(", ", phases)))
            ?? (After is { Length: > MaxCursor }
                ? Queries.Wrong("after", After, "the next of the page before")
                : null);
        if (wrong is not null) return wrong;
        return Pages.Limit(Limit).Map(limit => new RowFilter(
            kind, ServiceName.Parse(Service), EnvironmentName.Parse(Environment), Phase, After, limit));
    }
}

/// <summary>Rows page by page.</summary>
internal static class RowPages
{
    public static Task<Answer<Page<RowSummary>>> PageAsync(
        this IRows rows, Answer<RowFilter> asked, CancellationToken cancellation) =>
        asked.Then(async Task<Answer<Page<RowSummary>>> (filter) => Pages.Of(
            await rows.ListAsync(filter with { Limit = filter.Limit + 1 }, cancellation), filter.Limit,
            row => row.Key));
}
