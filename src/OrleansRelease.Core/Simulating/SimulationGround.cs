using System.Collections.Immutable;
using System.Globalization;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Simulating;

/// <summary>All that a simulation of a release goes by.</summary>
/// <param name="Spec">What would be carried out.</param>
/// <param name="SpecHash">By what that is known.</param>
/// <param name="Slots">Each of its services, from where it really is.</param>
/// <param name="Known">How long steps took before.</param>
/// <param name="Bound">How long taking all of it back takes at most.</param>
/// <param name="Refusals">What would forbid the start; the simulation goes on as if it did not.</param>
/// <param name="Unread">Of how many services what is on record was not read in time.</param>
public sealed record SimulationGround(
    PassageSpec Spec,
    string SpecHash,
    ImmutableArray<SimulatedSlot> Slots,
    ImmutableArray<KnownDuration> Known,
    ReleaseBound? Bound,
    ImmutableArray<Refusal> Refusals,
    int Unread = 0)
{
    internal History History => KnownDuration.HistoryOf(Known);
}

/// <summary>Where somebody wants a service to fail.</summary>
public static class FailureText
{
    public const string Shape = "SERVICE, or SERVICE/STEP with the step's number from 1, or its text";

    /// <summary>
    /// The point that a text such as <c>checkout</c>, <c>checkout/4</c> or <c>checkout/50 %</c> means; without a step
    /// the service's last one.
    /// </summary>
    public static FailurePoint? Find(string text, SimulationGround ground)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(ground);
        var parts = text.Split('/', 2);
        if (ServiceName.Parse(parts[0]) is not { } service) return null;
        if (ground.Slots.FirstOrDefault(slot => slot.Spec.Service == service) is not { } found) return null;
        var steps = found.Spec.Steps;
        if (parts.Length == 1) return new(service, steps.Length - 1);
        if (int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return number >= 1 && number <= steps.Length ? new(service, number - 1) : null;
        var named = steps.Select(StepNames.Of).ToList().FindIndex(step => Bare(step) == Bare(parts[1]));
        return named < 0 ? null : new(service, named);
    }

    /// <summary>What <see cref="Find"/> would have understood instead of this text.</summary>
    public static string Known(string text, SimulationGround ground)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(ground);
        return ground.Slots.FirstOrDefault(slot => $"{slot.Spec.Service}" == text.Split('/', 2)[0]) is { } slot
            ? string.Join(", ", slot.Spec.Steps.Select((step, i) => string.Create(
                CultureInfo.InvariantCulture, $"{slot.Spec.Service}/{i + 1} ({StepNames.Of(step)})")))
            : $"one of {string.Join(", ", ground.Slots.Select(one => one.Spec.Service))}";
    }

    private static string Bare(string step) => step.Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant();
}
