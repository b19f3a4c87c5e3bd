using System.Globalization;
using OrleansRelease.Contracts;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Specs;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Releases;

/// <summary>Explains a passage whose row cannot be read or decided on, from its columns alone.</summary>
internal static class PassageTrouble
{
    public static string? Of(PassageSpec? spec, RowSummary? stored, string? unreadable) =>
        unreadable
        ?? (stored is { Failures: > 0 } ? stored.LastError ?? "unknown" : null)
        ?? (spec is null ? "its specification is not in the store" : null);

    public static Answer<PassageExplanation> Explain(
        string key, RowSummary? stored, string trouble, DateTimeOffset now)
    {
        if (stored is null || PassageId.Parse(key) is not { } id)
            return new Refusal(RefusalCodes.Poisoned, $"release {key} cannot be read: {trouble}");
        var isLeftAlone = stored.QuarantinedAt is not null;
        return new PassageExplanation(
            id, Enum.TryParse<PassagePhase>(stored.Phase, out var phase) ? phase : PassagePhase.Failed,
            stored.UpdatedAt, now,
            [
                string.Create(CultureInfo.InvariantCulture,
                    $"it could not be decided {stored.Failures} times"
                    + $"{(isLeftAlone ? ", and is not tried any more" : "")}"),
                $"the error: {trouble}",
            ],
            [
                .. isLeftAlone ? Array.Empty<Move>() : [new Move(MovedBy.Itself, "is tried again")],
                new Move(
                    MovedBy.You, "retry", Command: $"orel release retry {id.Release} -e {id.Environment}"),
            ],
            [], [], null);
    }
}
