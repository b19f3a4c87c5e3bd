using OrleansRelease.Contracts;
using OrleansRelease.Contracts.Releases;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Promotion;
using OrleansRelease.Core.Releases;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Gateway.Releases;

/// <summary>A release on its way, with the phase of its newest passage through each environment.</summary>
public sealed record ReleaseDocument(
    ReleaseName Name, ReleasePhase Phase, long Sequence, DateTimeOffset? NextWake,
    IReadOnlyList<ReleaseEnvironment> Environments, ReleaseState State)
{
    internal static async Task<Answer<ReleaseDocument>> OfAsync(
        ReleaseView view, IRows rows, CancellationToken cancellation)
    {
        var environments = new List<ReleaseEnvironment>();
        foreach (var leg in view.State.Legs)
        {
            var passage = view.State.PassageOf(leg);
            var row = passage is null ? null : await rows.GetAsync(Kinds.Passage, $"{passage}", cancellation);
            environments.Add(new(
                leg.Environment, passage,
                Enum.TryParse<PassagePhase>(row?.Summary.Phase, out var phase) ? phase : null,
                row?.Summary.UpdatedAt));
        }

        return new ReleaseDocument(
            view.Name, view.Phase, view.Sequence, view.NextWake, environments, view.State);
    }
}

/// <summary>A release in an environment; null: it has not begun there.</summary>
public sealed record ReleaseEnvironment(
    EnvironmentName Environment, PassageId? Passage, PassagePhase? Phase, DateTimeOffset? UpdatedAt);
