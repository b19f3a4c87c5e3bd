using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Grains.Questions;

/// <summary>Everything that one rollout wants to know at one moment.</summary>
internal sealed record Asked(
    RolloutId Rollout, RolloutSpec Spec, VersionName? Baseline, string? BaselineSpecHash,
    Core.Rollouts.Questions Questions);
