namespace OrleansRelease.Adapters.Targets.Process;

/// <summary>What accepting a call changes in a slot's record, before anything is done for it.</summary>
internal static class Acceptance
{
    /// <summary>
    /// Remembers the fence. A higher one leaves whatever an earlier deploy of another version has begun without an
    /// owner: nobody would wait for it or retire it, so it is to be stopped.
    /// </summary>
    public static SlotRecord Of(SlotRecord record, AcceptedCall asked) =>
        record.Last is { } last && last.Fence == asked.Fence
            ? last.Outcome is null ? record : record with { Last = asked }
            : new(asked, [.. record.Versions.Select(version =>
                version.Phase == VersionPhase.Starting && version.Version != asked.Version
                    ? version with { Phase = VersionPhase.Stopping }
                    : version)]);
}
