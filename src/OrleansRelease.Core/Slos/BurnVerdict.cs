using System.Collections.Immutable;
using System.Text.Json.Serialization;
using OrleansRelease.Core.Analysis;

namespace OrleansRelease.Core.Slos;

/// <summary>Whose requests a burn was measured on.</summary>
public enum BurnScope
{
    /// <summary>Those that the candidate answered: however few they are, their failures are not diluted.</summary>
    Candidate,

    /// <summary>All requests of the service, whichever version answered.</summary>
    Whole,
}

/// <summary>How fast one window spent the budget.</summary>
/// <param name="Length">Of the window.</param>
/// <param name="Bad">Requests.</param>
/// <param name="Total">Requests.</param>
/// <param name="Burn">Bad ÷ total ÷ the share that may be bad; null where too few requests say anything.</param>
/// <param name="Covered">How much of the window was measured.</param>
public sealed record WindowBurn(TimeSpan Length, double Bad, double Total, double? Burn, TimeSpan Covered);

/// <summary>One pair of windows against its factor.</summary>
/// <param name="Pair">Which.</param>
/// <param name="Factor">Both must burn faster.</param>
/// <param name="ShortWindow">The short window.</param>
/// <param name="LongWindow">The long window.</param>
/// <param name="BurnedBefore">
/// Just before the rollout began a short window was above the factor already, by more than a little chance.
/// </param>
/// <param name="After">
/// The part of the long window after the candidate's first request; null where that is known to be all of it.
/// </param>
public sealed record PairBurn(
    BurnPair Pair, double Factor, WindowBurn ShortWindow, WindowBurn LongWindow, bool BurnedBefore,
    WindowBurn? After = null)
{
    /// <summary>The requests of the long window that may be the candidate's doing.</summary>
    [JsonIgnore]
    public WindowBurn Evidence => After ?? LongWindow;

    /// <summary>Short and long window are above the factor.</summary>
    [JsonIgnore]
    public bool Burns => ShortWindow.Burn > Factor && LongWindow.Burn > Factor;
}

/// <summary>What the burn of a budget says of a rollout, with all that it was made from.</summary>
/// <param name="Slo">Its name.</param>
/// <param name="Scope">Whose requests.</param>
/// <param name="Verdict">The judgement.</param>
/// <param name="Pairs">The arithmetic, fastest pair first; empty where the counts contradict each other.</param>
/// <param name="Detail">In a sentence.</param>
/// <param name="JudgeVersion">Of the rules that judged.</param>
/// <param name="Chance">
/// Where a rollout is judged and a page burns: how likely so many bad requests are in its long window, of it in the
/// part after the candidate's first request, where the objective is just kept, 0 to 1.
/// </param>
public sealed record BurnVerdict(
    string Slo, BurnScope Scope, Verdict Verdict, ImmutableArray<PairBurn> Pairs, string Detail, int JudgeVersion,
    double? Chance = null);
