using System.Collections.Immutable;

namespace OrleansRelease.Core.Analysis;

/// <summary>A metric of the new version beside the same of the version that is stable.</summary>
/// <param name="Margin">
/// By how much more of its requests may be bad: a difference of shares, 0.005 for half a percentage point.
/// </param>
/// <param name="Source">
/// Where numbers come from, as it was written: which version is stable only the slot knows when it is asked, so it is
/// filled in then, by the same rules as the new version's name.
/// </param>
/// <param name="Args">What the template's arguments are where it is used.</param>
public sealed record ComparedTo(
    double Margin, MetricSource Source, ImmutableSortedDictionary<string, string> Args);
