using OrleansRelease.Core.Freezes;

namespace OrleansRelease.Core.Rollouts;

/// <summary>
/// What a freeze of its environment does to a rollout: it waits, however long, and is not taken back for it.
/// </summary>
internal static class Freezing
{
    private static readonly TimeSpan FirstLook = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    public static Freeze? InForce(RolloutState state, DateTimeOffset now) =>
        state.Freeze?.Freeze is { } freeze && freeze.IsInForce(now) ? freeze : null;

    /// <summary>
    /// When a known freeze is asked for again whoever says what: at its end, soon after it was first seen, because a
    /// thaw may have crossed with that, and then more and more seldom. Each time is a write.
    /// </summary>
    public static DateTimeOffset NextAt(FreezeFact fact, Freeze freeze)
    {
        var known = fact.At - (fact.Known ?? fact.At);
        var next = fact.At + (known < FirstLook ? FirstLook : known > LongestWait ? LongestWait : known);
        return next < freeze.Until ? next : freeze.Until;
    }

    /// <summary>An older answer is none; one that says the same again counts when it was time to ask.</summary>
    public static bool IsNews(FreezeFact? known, FreezeFact fact) =>
        known is null || (fact.At > known.At
            && (fact.Freeze is null || fact.Freeze != known.Freeze || fact.At >= NextAt(known, fact.Freeze)));

    public static RolloutState See(RolloutState state, FreezeFact fact)
    {
        if (fact.Freeze is null) return state with { Freeze = fact with { Known = null } };
        var known = state.Freeze is { Freeze: not null } before ? before.Known ?? before.At : fact.At;
        var next = state with { Freeze = fact with { Known = known } };
        // Nobody may act meanwhile: the time that the step is given begins anew when somebody may.
        return state.Work is Work.Gated { GiveUpAt: not null } ? Evolution.WithWork(next, new Work.Gated()) : next;
    }

    /// <summary>Back to the gates, which have to ask: what they knew was no longer so.</summary>
    public static RolloutState Withhold(RolloutState state, bool isUntouched, DateTimeOffset at)
    {
        var began = ((Work.Acting)state.Work!).Since;
        var before = (isUntouched ? state : Evolution.Lapse(state, at)) with { Freeze = null };
        var next = Evolution.WithWork(before, new Work.Gated());
        if (!isUntouched) return next;
        // No request went anywhere because of it, so nothing is judged that was not judged before.
        return state.Exposure.FirstAt == began
            ? next with { Exposure = Exposure.None, Tallies = next.Tallies.Clear() }
            : next with { Exposure = state.Exposure with { Changing = false } };
    }
}
