using System.Collections.Immutable;
using System.Globalization;
using OrleansRelease.Contracts;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Rollouts;

/// <summary>Explains a rollout whose row cannot be read or decided on, from its columns alone.</summary>
internal static class TroubleExplanations
{
    public static string? Trouble(RolloutSpec? spec, RowSummary? stored, string? unreadable) =>
        unreadable
        ?? (stored is { Failures: > 0 } ? stored.LastError ?? "unknown" : null)
        ?? (spec is null ? "its specification is not in the store" : null);

    public static Answer<Explanation> Of(string key, RowSummary? stored, string trouble, DateTimeOffset now)
    {
        if (stored is null || RolloutId.Parse(key) is not { } id)
            return new Refusal(RefusalCodes.Poisoned, $"rollout {key} cannot be read: {trouble}");
        ImmutableArray<Move> byItself = stored.QuarantinedAt is null
            ? [new Move(MovedBy.Itself, "is tried again")]
            : [];
        return new Explanation(
            id, null, stored.Version ?? VersionName.From("unknown"),
            Enum.TryParse<Phase>(stored.Phase, out var phase) ? phase : Phase.Failed,
            stored.UpdatedAt, now, Weight.None, [What(stored), $"the error: {trouble}"],
            byItself.Add(Move.ByYou("retry", id)),
            [], null, new ExplainedWayBack(null, [], TimeSpan.Zero, null), null, null);
    }

    private static string What(RowSummary stored) => stored.QuarantinedAt is { } at
        ? string.Create(CultureInfo.InvariantCulture,
            $"quarantined since {at:u}: it could not be decided {stored.Failures} times and is not tried any more")
        : string.Create(CultureInfo.InvariantCulture,
            $"it could not be decided {stored.Failures} times; after {Shards.FailuresToQuarantine} it is quarantined");
}
