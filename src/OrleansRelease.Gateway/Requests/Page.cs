using OrleansRelease.Contracts;
using OrleansRelease.Core.Commands;

namespace OrleansRelease.Gateway.Requests;

/// <summary>One page of a list; <see cref="Next"/> is the cursor of the page after it, if there is one.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>Which page is asked for.</summary>
internal static class Pages
{
    public static Answer<int> Limit(int? limit) => limit switch
    {
        null => GatewayLimits.DefaultPage,
        >= 1 and <= GatewayLimits.Page => limit.Value,
        _ => new Refusal(Problems.BadQuery, $"limit {limit} is not possible", $"1 to {GatewayLimits.Page}"),
    };

    /// <summary>A page that is full may have a successor; one entry more was read to know.</summary>
    public static Page<T> Of<T>(IReadOnlyList<T> read, int limit, Func<T, string> cursor) => read.Count > limit
        ? new(read.Take(limit).ToList(), cursor(read[limit - 1]))
        : new(read, null);
}
