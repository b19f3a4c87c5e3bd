using System.Collections.Immutable;
using OrleansRelease.Core.Effects;

namespace OrleansRelease.Core.Specs;

/// <summary>
/// How the requests of a way back are shed while not all instances that it leads to are ready: each of them can serve
/// <paramref name="CapacityPerInstance"/> requests at once. The rest is as in <see cref="Shedding"/>.
/// </summary>
/// <param name="CapacityPerInstance">Requests at once.</param>
/// <param name="RetryAfter">When the refused may come again.</param>
/// <param name="Header">The name of the header that says the class.</param>
/// <param name="Low">The values of it that are class low.</param>
public sealed record ShedRule(
    int CapacityPerInstance, TimeSpan RetryAfter, string Header, ImmutableArray<string> Low)
{
    public const int MaxPerInstance = 10_000;

    /// <summary>
    /// What is shed while so many of the instances are ready; null: all are, or so few that those could not serve even
    /// class high, which nobody refuses.
    /// </summary>
    /// <param name="ready">Instances that are ready.</param>
    /// <param name="wanted">Instances that are to run.</param>
    /// <param name="isBack">
    /// Requests are there already: then few are better than none, and better than those that have gone since.
    /// </param>
    public Shedding? Of(int ready, int wanted, bool isBack = false) =>
        ready > 0 && ready < wanted && (isBack || ready >= wanted - ready)
            ? new(Math.Min(ready * CapacityPerInstance, Shedding.MaxCapacity), RetryAfter, Header, Low)
            : null;

    /// <summary>How many instances have to be ready to serve so much.</summary>
    public int InstancesFor(Shedding shedding)
    {
        ArgumentNullException.ThrowIfNull(shedding);
        return (shedding.Capacity + CapacityPerInstance - 1) / CapacityPerInstance;
    }
}
