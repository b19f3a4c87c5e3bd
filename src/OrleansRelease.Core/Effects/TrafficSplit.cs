using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Effects;

/// <summary>
/// How a slot's requests are shared between its baseline and the candidate. The two shares sum to 100 % by
/// construction; with no baseline a candidate's share of zero means that nothing answers.
/// </summary>
public sealed record TrafficSplit(VersionName? Baseline, VersionName Candidate, Weight CandidateWeight)
{
    public Weight WeightOf(VersionName version) =>
        version == Candidate ? CandidateWeight
        : version == Baseline ? CandidateWeight.Rest
        : Weight.None;
}
