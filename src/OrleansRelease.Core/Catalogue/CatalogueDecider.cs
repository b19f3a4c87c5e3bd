using System.Diagnostics;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Core.Catalogue;

/// <summary>
/// The rules of one manifest: its newest content counts, and nobody overwrites what they have not seen. A release has
/// one content for ever.
/// </summary>
public sealed class CatalogueDecider : IDecider<ManifestState, ManifestInput, ManifestEvent>
{
    /// <summary>Precondition: there is a content, whichever.</summary>
    public const string Any = "*";

    /// <summary>Precondition: there is no content yet.</summary>
    public const string None = "none";

    public string Kind => Kinds.Manifest;

    public int Version => 1;

    public bool KeepsEffects => false;

    public ManifestInput Tick { get; } = new ManifestInput.Tick();

    public ManifestInput Reported(OutcomeReport report) => new ManifestInput.OutcomeReported(report);

    public Decision<ManifestEvent> Decide(ManifestState? state, ManifestInput input, Moment moment) => input switch
    {
        ManifestInput.Apply apply when Check(state, apply) is { } refusal =>
            new Decision<ManifestEvent>.Refused(refusal),
        ManifestInput.Apply apply => new Decision<ManifestEvent>.Accepted(
            state?.ContentHash == apply.ContentHash ? [] : [new ManifestEvent.Applied(apply.Key, apply.ContentHash)],
            [], [], apply.ContentHash),
        ManifestInput.OutcomeReported or ManifestInput.Tick => Decision<ManifestEvent>.Nothing,
        _ => throw new UnreachableException(),
    };

    public ManifestState Evolve(ManifestState? state, ManifestEvent happened, DateTimeOffset at) => happened switch
    {
        ManifestEvent.Applied applied => new(applied.Key, applied.ContentHash, at),
        _ => throw new UnreachableException(),
    };

    public bool MayAttempt(ManifestState state, Effect effect, DateTimeOffset now) => true;

    public DateTimeOffset? NextWake(ManifestState state) => null;

    public Facts Describe(ManifestState state) => new(
        0, "Applied",
        Service: state.Key.Kind == "Service" ? ServiceName.Parse(state.Key.Name) : null,
        Environment: state.Key.Kind == "Environment" ? EnvironmentName.Parse(state.Key.Name) : null,
        SpecHash: state.ContentHash);

    /// <summary>Why a release is not applied under a name that another one has.</summary>
    public static Refusal OtherContent(ManifestKey key) => new(
        RefusalCodes.Immutable,
        $"{key} is there with other content, and a release never changes",
        $"another name for this content, or what is there: orel get release {key.Name}");

    private static Refusal? Check(ManifestState? state, ManifestInput.Apply apply) => (apply.IfMatch, state) switch
    {
        (_, { } s) when s.Key.IsImmutable && s.ContentHash != apply.ContentHash => OtherContent(s.Key),
        (null, _) => null,
        (None, null) => null,
        (None, { } s) => new(RefusalCodes.PreconditionFailed, $"{s.Key} is there already", s.ContentHash),
        (_, null) => new(RefusalCodes.PreconditionFailed, $"{apply.Key} is not there", None),
        (Any, _) => null,
        var (wanted, s) when wanted == s.ContentHash => null,
        var (_, s) => new(RefusalCodes.PreconditionFailed, $"{s.Key} has other content than expected", s.ContentHash),
    };
}
