using System.Collections.Immutable;
using OrleansRelease.Core.Analysis.Kayenta;

namespace OrleansRelease.Core.Analysis.Judging;

/// <summary>What a judge came to.</summary>
/// <param name="Judge">Which.</param>
/// <param name="Version">The same version says the same of the same request, for ever.</param>
/// <param name="Verdict">Of all metrics.</param>
/// <param name="Reason">Why, with the arithmetic.</param>
/// <param name="Metrics">Each of them, in the order of the request.</param>
/// <param name="Score">0 to 100; null where nothing is decided.</param>
/// <param name="Groups">What the score is made of.</param>
/// <param name="Unused">What was given and had no part in the verdict; null where all had.</param>
public sealed record JudgeAnswer(
    string Judge,
    string Version,
    Verdict Verdict,
    string Reason,
    ImmutableArray<JudgedMetric> Metrics,
    double? Score = null,
    ImmutableArray<GroupScore>? Groups = null,
    ImmutableArray<string>? Unused = null);

/// <summary>What a judge came to for one metric.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Classification">
/// In which direction it is bad, or that nothing can be said: Nodata where there are no values, and where they do not
/// decide anything yet, which <paramref name="Verdict"/> tells apart.
/// </param>
/// <param name="Verdict">Of this metric: Inconclusive is undecided, NoData without values.</param>
/// <param name="Critical">Whether it fails everything by itself.</param>
/// <param name="Reason">Why, with the arithmetic.</param>
/// <param name="Deviation">
/// kayenta: experiment's mean over control's; sequential and histogram: the same of the shares; history: over what is
/// usual.
/// </param>
/// <param name="Interval">
/// kayenta, sequential and histogram: by how much the experiment's values, or its share, are larger.
/// </param>
public sealed record JudgedMetric(
    string Name,
    Classification Classification,
    Verdict Verdict,
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
