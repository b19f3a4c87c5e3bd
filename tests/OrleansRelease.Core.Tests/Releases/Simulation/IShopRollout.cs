using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Releases;

namespace OrleansRelease.Core.Tests.Releases.Simulation;

/// <summary>A rollout as a shop sees it.</summary>
internal interface IShopRollout
{
    RolloutId Id { get; }

    /// <summary>The release that it is a part of; a rollout of none counts as one of its own.</summary>
    PassageId Passage { get; }

    /// <summary>What its release would read of it; null before there is anything.</summary>
    PartNews? News { get; }

    /// <summary>What its release would read after a sequence, because a bell rang.</summary>
    PartNews? NewsAfter(long sequence);

    Outcome Begin(EffectAction.BeginRollout begin);

    Outcome Halt(EffectAction.HaltRollout halt);

    Outcome TakeBack(EffectAction.TakeBackRollout back);

    Outcome Reverse(EffectAction.ReverseRollout back);

    Outcome Leave(EffectAction.LeaveRollout leave);

    Outcome Complete(EffectAction.CompleteRollout completed);

    /// <summary>Its own people get it going again.</summary>
    void Retry();

    /// <summary>Somebody else has moved the slot.</summary>
    void Overtake();
}
