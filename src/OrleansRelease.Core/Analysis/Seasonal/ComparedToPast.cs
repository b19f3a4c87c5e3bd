using System.Text.Json.Serialization;

namespace OrleansRelease.Core.Analysis.Seasonal;

/// <summary>A metric of the new version beside the same of the whole service at this time of earlier days.</summary>
/// <param name="Days">How many days back are looked at, 7 to 28.</param>
/// <param name="Tolerance">By which part of what is usual it may differ whatever the past scatters by: 0.3.</param>
/// <param name="Bad">Which difference is bad.</param>
/// <param name="Query">
/// One number of all versions together, ready to be asked at any time of the past; of a ratio the share of bad
/// requests.
/// </param>
/// <param name="IsShown">
/// Whether what the past says is shown and never counts, because nobody has said that it is to; limits beside it do.
/// </param>
public sealed record ComparedToPast(
    int Days, double Tolerance, BadChange Bad, string Query,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool IsShown = false);

/// <summary>Which difference from the past is bad.</summary>
public enum BadChange
{
    Increase,
    Decrease,
    Either,
}
