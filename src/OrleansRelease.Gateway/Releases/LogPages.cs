using System.Globalization;
using OrleansRelease.Contracts;
using OrleansRelease.Core.Commands;
using OrleansRelease.Gateway.Requests;
using OrleansRelease.Gateway.Rollouts;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Gateway.Releases;

/// <summary>The record of one durable thing, page by page.</summary>
internal static class LogPages
{
    public static async Task<Answer<Page<LoggedTransition>>> PageAsync(
        this ILog log, string kind, string key, long after, int limit, CancellationToken cancellation)
    {
        var read = await log.ReadAsync(kind, key, after, limit + 1, cancellation);
        return read.Count == 0 && after == 0
            ? new Refusal(RefusalCodes.NotFound, $"nothing of {key} is on record yet")
            : Pages.Of(
                [.. read.Select(LoggedTransition.Of)], limit,
                entry => entry.Sequence.ToString(CultureInfo.InvariantCulture));
    }
}
