using OrleansRelease.Core.Effects;

namespace OrleansRelease.Core.Specs;

/// <summary>
/// A call of a team's own endpoint as a step. Where <see cref="StoresFences"/> it keeps out what has been overtaken;
/// without <see cref="Undo"/> nothing takes back what it did.
/// </summary>
public sealed record HookSpec(
    string Name, Uri Url, SecretRef Key, EffectLimits Limits, bool StoresFences, HookUndo? Undo)
{
    /// <summary>How many one strategy may have.</summary>
    public const int Most = 10;
}

/// <summary>Where and how long a hook is asked to take itself back.</summary>
public sealed record HookUndo(Uri Url, EffectLimits Limits);
