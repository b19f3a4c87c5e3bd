using System.Collections.Immutable;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Manifests;

/// <summary>A rollout that can start, or everything that keeps it from starting.</summary>
public abstract record Resolution
{
    private Resolution()
    {
    }

    public sealed record Resolved(RolloutSpec Spec) : Resolution;

    /// <summary>At least one refusal, in the order in which they were found.</summary>
    public sealed record Refused(ImmutableArray<Refusal> All) : Resolution
    {
        /// <summary>All of them as one answer to a command, under the first one's code.</summary>
        public Refusal Refusal => Commands.Refusal.AllOf(All);
    }
}
