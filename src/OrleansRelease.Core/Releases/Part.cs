using System.Text.Json.Serialization;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Core.Releases;

/// <summary>
/// One service of a passage. <see cref="Claim"/> is the number under which its slot was asked for, 0 where it was not;
/// <see cref="Heard"/> up to where its rollout's decisions were read. <see cref="Happened"/> is what the rollout
/// answered when it was halted. <see cref="HasYielded"/>: its slot was given back to one that goes first. Since
/// <see cref="VerifiedAt"/> others may stand on it; null: it was not verified, or by a build that did not write it.
/// <see cref="MayHaveBegun"/>: it had not by a record that was restored since.
/// </summary>
public sealed record Part(
    ServiceName Service, PartStage Stage, int Claim = 0, Grant? Grant = null, long Heard = 0,
    Happened? Happened = null, bool HasYielded = false, DateTimeOffset? VerifiedAt = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool MayHaveBegun = false);

/// <summary>
/// What a slot gave with its lease: the name of the rollout that will move it, and where that one's way back leads.
/// <see cref="IsKept"/>: the version may run already, as one that was stable before. <see cref="Replaced"/>: why what
/// was to be taken back is not what is stable there.
/// </summary>
public sealed record Grant(
    RolloutId Rollout, int Generation, VersionName? Baseline, string? BaselineSpecHash = null, bool IsKept = false,
    string? Replaced = null);

/// <summary>
/// What of a service has happened or may have, so that it is taken back. Until <see cref="UnknownUntil"/> a call that
/// nobody can fence out may still arrive. <see cref="IsAssumed"/>: the rollout did not answer, so everything may have.
/// <see cref="Hooked"/>: some hook that can be undone.
/// </summary>
public sealed record Happened(
    bool Deployed, bool Exposed, DateTimeOffset? UnknownUntil = null, bool IsAssumed = false, bool Hooked = false)
{
    public static Happened Anything { get; } = new(true, true, IsAssumed: true, Hooked: true);

    [JsonIgnore]
    public bool IsAny => Deployed || Exposed || Hooked;
}

/// <summary>Where one service of a passage is: what its rollout said last, or what is being done about it.</summary>
[JsonDerivedType(typeof(Untouched), "untouched")]
[JsonDerivedType(typeof(Moving), "moving")]
[JsonDerivedType(typeof(Verified), "verified")]
[JsonDerivedType(typeof(GoingBack), "going-back")]
[JsonDerivedType(typeof(Halted), "halted")]
[JsonDerivedType(typeof(Undoing), "undoing")]
[JsonDerivedType(typeof(Stuck), "stuck")]
[JsonDerivedType(typeof(Back), "back")]
[JsonDerivedType(typeof(Left), "left")]
public abstract record PartStage
{
    private PartStage()
    {
    }

    /// <summary>Its rollout was not begun.</summary>
    public sealed record Untouched : PartStage;

    public sealed record Moving : PartStage;

    /// <summary>
    /// Everything was done and judged good there. <see cref="Blamed"/>: why it is to blame for a service that got worse
    /// since; null: it is not. Others may stand on it, so it is taken back in its turn, and never by itself.
    /// </summary>
    public sealed record Verified(string? Blamed = null) : PartStage;

    /// <summary>Its rollout takes itself back: it was not verified, so nothing stands on it.</summary>
    public sealed record GoingBack(string Reason) : PartStage;

    /// <summary>Its rollout decides nothing forward any more, and has said what has happened.</summary>
    public sealed record Halted(Happened Happened) : PartStage;

    /// <summary>It is being taken back by this plan.</summary>
    public sealed record Undoing(int Plan) : PartStage;

    /// <summary>Its way back could not be finished; a person decides.</summary>
    public sealed record Stuck(string Reason) : PartStage;

    /// <summary>Nothing of the new version is left there.</summary>
    public sealed record Back(string Reason) : PartStage;

    /// <summary>Somebody else has moved it, or a person leaves it as it is: it is not touched any more.</summary>
    public sealed record Left(string Reason) : PartStage;
}

/// <summary>Questions that a part answers.</summary>
public static class PartQuestions
{
    extension(Part part)
    {
        /// <summary>Its rollout has begun, or may have.</summary>
        public bool HasBegun => part.Stage is not PartStage.Untouched;

        /// <summary>Its rollout goes forward or has, as far as anybody knows.</summary>
        public bool IsForward => part.Stage is PartStage.Moving or PartStage.Verified;

        /// <summary>There is nothing, or nothing more, to be taken back.</summary>
        public bool IsClear => part.Stage is PartStage.Untouched or PartStage.Back or PartStage.Left
            or PartStage.Halted { Happened.IsAny: false };

        /// <summary>It was taken back, and a version that was stable is there again.</summary>
        public bool IsThereAgain => part is { Stage: PartStage.Back, Grant.Baseline: not null };

        /// <summary>Its rollout goes back, as far as anybody knows.</summary>
        public bool IsOnItsWayBack => part.Stage is PartStage.GoingBack or PartStage.Undoing;

        /// <summary>Something is expected of its rollout, and its decisions have to be read.</summary>
        public bool IsAwaited => part.Stage is PartStage.Moving or PartStage.GoingBack or PartStage.Undoing
            or PartStage.Stuck;

        /// <summary>Why it did not succeed; null where it did, or may yet.</summary>
        public string? Failure => part.Stage switch
        {
            PartStage.Verified verified => verified.Blamed,
            PartStage.GoingBack back => back.Reason,
            PartStage.Back back => back.Reason,
            PartStage.Stuck stuck => stuck.Reason,
            PartStage.Left left => left.Reason,
            _ => null,
        };
    }
}
