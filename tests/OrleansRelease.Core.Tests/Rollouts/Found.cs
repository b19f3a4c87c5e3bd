using OrleansRelease.Core.Attribution;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Core.Tests.Rollouts;

/// <summary>What may be found, now, of a cart that got worse while the scenario's rollout and another moved.</summary>
internal static class Found
{
    public static readonly SlotKey Cart = SlotKey.From("cart.production");

    /// <summary>The rollout that is suspected beside the scenario's.</summary>
    public static readonly RolloutId Other = RolloutId.From("stock.production.9");

    private static readonly DateTimeOffset Onset = new(2026, 3, 2, 8, 59, 0, TimeSpan.Zero);

    public static Finding Blame(RolloutScenario it) =>
        Of(it, new Judgement.Blame(RolloutScenario.Id));

    public static Finding BlameOfAnother(RolloutScenario it) =>
        Of(it, new Judgement.Blame(Other));

    public static Finding Undecided(RolloutScenario it) =>
        Of(it, new Judgement.Undecided("odds 3.0 to 1, and 20 to 1 are needed", Other));

    public static Finding Cleared(RolloutScenario it) =>
        Of(it, new Judgement.NotAmongThem());

    /// <summary>The same of any rollout of the environment, at any time.</summary>
    public static Finding Of(RolloutId rollout, DateTimeOffset at, Judgement judgement) => new(
        BlameJudge.Version, Cart, Onset, at, judgement, new(10, 4000), new(400, 4000), 0.01,
        [RankedAs(rollout, judgement), RankedAs(Other, judgement)], 0);

    private static Finding Of(RolloutScenario it, Judgement judgement) => Of(RolloutScenario.Id, it.Now, judgement);

    private static Ranked RankedAs(RolloutId rollout, Judgement judgement) => new(
        rollout, 0.9, 2, null, new(0.05, 0.05, 0.1), new(TimeSpan.FromMinutes(1), 1),
        judgement switch
        {
            Judgement.Blame blame when blame.Rollout == rollout => Advice.GoBack,
            Judgement.NotAmongThem => Advice.GoOn,
            _ => Advice.Hold,
        },
        "360 of 400 (90.0%) bad where it reached, 10 of 3600 (0.28%) where not");
}
