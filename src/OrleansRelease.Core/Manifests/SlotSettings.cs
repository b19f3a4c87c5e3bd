using System.Collections.Immutable;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Manifests;

/// <summary>When an instance counts as ready, as far as it was said.</summary>
public sealed record ReadinessSpec(string? Path = null, TimeSpan? Within = null, TimeSpan? WarmUp = null);

/// <summary>The way back, as far as it was said.</summary>
public sealed record RollbackSpec(
    TimeSpan? Within = null, UndecidedSpec? Undecided = null, TimeSpan? KeepPrevious = null, ShedSpec? Shed = null);

/// <summary>How a way back sheds load while not all instances are ready, as far as it was said.</summary>
public sealed record ShedSpec(
    int CapacityPerInstance, TimeSpan? RetryAfter = null, string? Header = null, ImmutableArray<string>? Low = null);

/// <summary>What to do without evidence, as far as it was said.</summary>
public sealed record UndecidedSpec(TimeSpan? Hold = null, UndecidedThen? Then = null);
