using System.Collections.Immutable;
using System.Text.Json.Serialization;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Slots;

/// <summary>
/// What is to be started. The specification is resolved anew when a start is repeated, and manifests may have changed
/// by then: so <see cref="Request"/>, the request as it was made, decides whether two starts are the same command.
/// <see cref="Emergency"/> is why it starts whatever error budgets and sources say; null: it is none.
/// </summary>
public sealed record StartOrder(
    SlotKey Slot, VersionName Version, string SpecHash, WhenBusy WhenBusy, string Request,
    ImmutableArray<Requirement>? Requires = null, ImmutableArray<BudgetClaim>? Budgets = null,
    string? Emergency = null)
{
    /// <summary>What it sets aside where it is started.</summary>
    [JsonIgnore]
    public ImmutableArray<Reservation>? Reserves =>
        Budgets is { } budgets ? [.. budgets.Select(claim => claim.Reservation)] : null;
}
