using OrleansRelease.Core.Specs;

namespace OrleansRelease.Adapters.Targets;

/// <summary>The targets here by name, and what a spec may promise of them.</summary>
public static class TargetCapabilities
{
    public const string Process = "process";

    public const string Memory = "memory";

    /// <summary>Calls state what is to be, so that a repetition changes nothing.</summary>
    public const Repeat Repeats = Repeat.Absolute;

    /// <summary>The fence is stored before anything is done under it.</summary>
    public const Fencing Fences = Fencing.Stored;
}
