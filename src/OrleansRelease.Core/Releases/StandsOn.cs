using System.Collections.Immutable;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Planning;

namespace OrleansRelease.Core.Releases;

/// <summary>
/// Something that has completed later stands on what is to be taken back: it has moved the same service, or one that
/// needs it. <see cref="By"/> is the release that has brought it; a rollout of no release counts as one of its own
/// name, and is <see cref="Rollout"/>: a release may have the same name.
/// </summary>
public sealed record StandsOn(
    PassageId By, ServiceName Service, VersionName Version, DateTimeOffset Since, ServiceName On,
    RolloutId? Rollout = null)
{
    /// <summary>Two sentences are not said of each of hundreds: the first ten, and how many more there are.</summary>
    public static string TextOf(ImmutableArray<StandsOn> all) => string.Join(
        "; ", all.Take(Named).Select(one => $"{one}")
            .Concat(all.Length > Named ? [$"and {all.Length - Named} more"] : []));

    private const int Named = 10;

    public override string ToString() => Service == On
        ? $"{By} has moved {Service} to {Version} since"
        : $"{By} has brought {Service} {Version} since, which needs {On}";
}

/// <summary>Who stands on what a release has verified that is under way, or why nobody can say.</summary>
public sealed record WhoStands(ImmutableArray<StandsOn>? By, string? NotKnown = null)
{
    public static WhoStands Nobody { get; } = new(By: null);

    /// <summary>One sentence each, without a full stop.</summary>
    public static IEnumerable<string> TextsOf(ImmutableArray<StandsOn>? by, string? notKnown) =>
        (by ?? []).Select(one => $"{one}")
            .Concat(notKnown is null ? [] : [$"who stands on it is not known: {notKnown}"]);
}

/// <summary>What becomes of those that stand on what is to be taken back.</summary>
public enum WhenBuiltOn
{
    /// <summary>Nothing is taken back, and they are named.</summary>
    Refuse,

    /// <summary>Nothing is taken back before a person says that it goes on without them.</summary>
    Hold,

    /// <summary>They are taken back first, by the same plan.</summary>
    Include,
}

/// <summary>
/// What a passage takes back that has completed: <see cref="Passage"/>, and by the same plan all of
/// <see cref="With"/>. <see cref="Known"/> are those that stand on it as far as the person knew who asked for it: those
/// that are taken back with it, or that a person is waited for because of. <see cref="Left"/> is not touched.
/// </summary>
public sealed record Reversing(
    PassageId Passage, string? Reason, ImmutableArray<PassageId> With, ImmutableArray<StandsOn> Known, bool Waits,
    ImmutableArray<LeftAlone> Left);
