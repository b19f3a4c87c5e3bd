using System.Collections.Immutable;
using OrleansRelease.Core.Analysis.Kayenta;

namespace OrleansRelease.Core.Analysis.Judging;

/// <summary>What a judge came to.</summary>
/// <param name="Verdict">Of all metrics.</param>
/// <param name="Reason">Why, with the arithmetic.</param>
/// <param name="Metrics">Each of them, in the order of the request.</param>
/// <param name="Score">kayenta: 0 to 100.</param>
/// <param name="Groups">kayenta: what the score is made of.</param>
public sealed record JudgeAnswer(
    Verdict Verdict,
    string Reason,
    ImmutableArray<JudgedMetric> Metrics,
    double? Score = null,
    ImmutableArray<GroupScore>? Groups = null);

/// <summary>What a judge came to for one metric.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Classification">In which direction it is bad, or why nothing can be said.</param>
/// <param name="Critical">Whether it fails everything by itself.</param>
/// <param name="Reason">Why, with the arithmetic.</param>
/// <param name="Deviation">kayenta: experiment's mean over control's; sequential: the same of the shares.</param>
/// <param name="Interval">
/// kayenta and sequential: by how much the experiment's values, or its share, are larger.
/// </param>
public sealed record JudgedMetric(
    string Name,
    Classification Classification,
    bool Critical,
    string Reason,
    double? Deviation = null,
    Shift? Interval = null);

/// <summary>An answer, or all that is wrong with what was asked.</summary>
public abstract record Judgement<T>
{
    private Judgement()
    {
    }

    public sealed record Made(T Answer) : Judgement<T>;

    /// <summary>There is at least one problem.</summary>
    public sealed record Refused(ImmutableArray<FieldProblem> Problems) : Judgement<T>;
}
