using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Planning;

/// <summary>
/// A service that is at its version already counts as verified. Where it is the same version of another artifact, it is
/// not what the release means.
/// </summary>
public static class SameVersion
{
    /// <summary>Null where it is the same artifact, as far as anybody has said.</summary>
    /// <param name="wanted">What the release would bring.</param>
    /// <param name="stable">By which what is stable there was deployed; null: nothing is, or it cannot be read.</param>
    public static Refusal? Refuse(RolloutSpec wanted, RolloutSpec? stable)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        return wanted.Digest is { } digest && stable?.Digest is { } other && other != digest
            && stable.Version == wanted.Version
            ? new(
                RefusalCodes.OtherDigest,
                $"{wanted.Service}: {wanted.Version} is stable there as {other}, and the release brings it as {digest}",
                "another version for another artifact")
            : null;
    }
}
