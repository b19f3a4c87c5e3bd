using System.Collections.Immutable;
using OrleansRelease.Contracts.Planning;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Planning;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Grains.Planning;

/// <summary>Asks the source of numbers what a plan shows of it, or only what could forbid a start.</summary>
internal sealed class Prechecks(BudgetLook budgets, TelemetryLook telemetry)
{
    /// <param name="catalogue">Where manifests are.</param>
    /// <param name="spec">What would be carried out.</param>
    /// <param name="running">The version that runs now; null: none does, and has no numbers.</param>
    /// <param name="isStart">Nobody reads it: whatever forbids nothing is not asked.</param>
    /// <param name="cancellation">Of whoever asks.</param>
    public async Task<AskedBefore> OfAsync(
        CatalogueLookup catalogue, RolloutSpec spec, VersionName? running, bool isStart,
        CancellationToken cancellation)
    {
        if (running is not { } now || now == spec.Version) return new AskedBefore();
        var left = isStart && spec.DegradationBudget is null ? null : budgets.OfAsync(spec, cancellation);
        var seen = isStart && spec.MinimumTelemetry is null
            ? null
            : TelemetryAsync(catalogue, spec, now, isStart, cancellation);
        return new AskedBefore(left is null ? null : await left, seen is null ? null : await seen);
    }

    // By the manifests as they are, so that both versions are measured by the same.
    private async Task<IReadOnlyDictionary<string, Telemetry>> TelemetryAsync(
        CatalogueLookup catalogue, RolloutSpec spec, VersionName running, bool isStart,
        CancellationToken cancellation)
    {
        var answer = await catalogue.ResolveAsync(
            new StartRequest(spec.Service, spec.Environment, running), CancellationToken.None);
        return answer is Contracts.Answer<RolloutSpec>.Accepted { Value: var same }
            ? await telemetry.OfAsync(same, isStart ? spec.MinimumTelemetry : null, cancellation)
            : (spec.MinimumTelemetry ?? []).ToImmutableDictionary(
                name => name, Telemetry (_) => new Telemetry.Unanswered(answer.RefusalOrNull!.Reason));
    }
}
