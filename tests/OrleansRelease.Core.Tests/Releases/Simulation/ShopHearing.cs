using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Releases;

namespace OrleansRelease.Core.Tests.Releases.Simulation;

/// <summary>The real rules of a release, which may hear something else than what was said.</summary>
internal sealed class ShopHearing(
    IDecider<PassageState, PassageInput, PassageEvent> real, Func<PassageInput, PassageInput> heard)
    : IDecider<PassageState, PassageInput, PassageEvent>
{
    public string Kind => real.Kind;

    public int Version => real.Version;

    public bool KeepsEffects => real.KeepsEffects;

    public PassageInput Tick => real.Tick;

    public PassageInput Reported(OutcomeReport report) => real.Reported(report);

    public Decision<PassageEvent> Decide(PassageState? state, PassageInput input, Moment moment) =>
        real.Decide(state, heard(input), moment);

    public PassageState Evolve(PassageState? state, PassageEvent happened, DateTimeOffset at) =>
        real.Evolve(state, happened, at);

    public bool MayAttempt(PassageState state, Effect effect, DateTimeOffset now) =>
        real.MayAttempt(state, effect, now);

    public DateTimeOffset? NextWake(PassageState state) => real.NextWake(state);

    public Facts Describe(PassageState state) => real.Describe(state);
}
